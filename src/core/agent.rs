//! What a `User-Agent` says of the browser, in the words that lists of sessions use.

use woothee::parser::Parser;

/// The longest `User-Agent` that is looked at, in characters; sessions keep no longer one.
const LONGEST: usize = 255;

/// A browser and what it runs on, as far as it says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agent {
    /// The browser: `Chrome`.
    pub browser: Option<String>,
    /// The operating system: `OS X`.
    pub platform: Option<String>,
    /// The machine: `Macintosh`.
    pub device: Option<String>,
}

impl Agent {
    /// Reads a `User-Agent`, in time linear in its length.
    pub fn parse(text: &str) -> Self {
        let text: String = text.chars().take(LONGEST).collect();
        let Some(found) = Parser::new().parse(&text) else { return Self::default() };
        let known = |text: &str| (text != "UNKNOWN" && !text.is_empty()).then(|| text.to_owned());
        let (platform, device) = match (found.os, found.category) {
            ("Mac OSX", _) => (known("OS X"), known("Macintosh")),
            ("iPhone" | "iPad" | "iPod", _) => (known("iOS"), known(found.os)),
            (os, "pc") if os.starts_with("Windows") => (known("Windows"), known("PC")),
            (os, "pc") => (known(os), known("PC")),
            (os, "smartphone") => (known(os), known("Phone")),
            (os, "mobilephone") => (known(os), known("Phone")),
            (os, _) => (known(os), None),
        };
        Self { browser: known(found.name), platform, device }
    }
}

#[cfg(test)]
mod tests {
    use super::Agent;

    #[test]
    fn browsers_of_today_are_known() {
        let said = |text| {
            let Agent { browser, platform, device } = Agent::parse(text);
            [browser, platform, device].map(Option::unwrap_or_default)
        };
        for (text, expected) in [
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/60.0.3112.90 Safari/537.36",
                ["Chrome", "OS X", "Macintosh"],
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
                ["Edge", "Windows", "PC"],
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ["Firefox", "Linux", "PC"]),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.5 Mobile/15E148 Safari/604.1",
                ["Safari", "iOS", "iPhone"],
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 \
                 Mobile Safari/537.36",
                ["Chrome", "Android", "Phone"],
            ),
            ("curl/8.5.0", ["HTTP Library", "", ""]),
            ("", ["", "", ""]),
            ("\u{0}\u{7f}", ["", "", ""]),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn only_so_much_is_looked_at() {
        let hidden = format!("{}Chrome/138.0.0.0", " ".repeat(255));
        assert_eq!(Agent::parse(&hidden), Agent::default());
    }
}
