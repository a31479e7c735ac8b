//! How a person finds something on a page, as XPath.

/// A text in XPath, which has no escapes.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

/// An element's text, without the marks that keep the direction of inserted words apart.
const TEXT: &str = "normalize-space(translate(., '\u{2068}\u{2069}\u{a0}', '  '))";

fn says(text: &str, whole: bool) -> String {
    let wanted = quoted(text);
    if whole { format!("[{TEXT} = {wanted}]") } else { format!("[contains({TEXT}, {wanted})]") }
}

/// Ways to find one thing, the best first.
pub type Ways = Vec<String>;

/// What is labelled so, near a text if one is given.
pub fn field(near: Option<&str>, label: &str) -> Ways {
    ways(near, |inside, whole| {
        let label = format!("{inside}//label{}", says(label, whole));
        format!("//*[@id = {label}/@for] | {label}//input")
    })
}

/// A button, or what opens a `details`.
pub fn button(near: Option<&str>, name: &str) -> Ways {
    ways(near, |inside, whole| {
        let says = says(name, whole);
        format!("{inside}//button{says} | {inside}//button[@aria-label = {0}] | {inside}//summary{says}", quoted(name))
    })
}

/// A link.
pub fn link(near: Option<&str>, name: &str) -> Ways {
    ways(near, |inside, whole| {
        format!("{inside}//a[@href]{} | {inside}//a[@aria-label = {}]", says(name, whole), quoted(name))
    })
}

/// Any element with the whole text.
pub fn text(text: &str) -> Ways {
    vec![format!("//body//*{}", says(text, true)), format!("//body//*{}", says(text, false))]
}

/// Near a text: in the innermost section, item or row that holds it.
fn ways(near: Option<&str>, path: impl Fn(&str, bool) -> String) -> Ways {
    let Some(near) = near else { return vec![path("", true), path("", false)] };
    let parts = "self::section or self::article or self::fieldset or self::li or self::tr or self::details";
    let holds = says(near, false);
    let inside = format!("//*[{parts}]{holds}[not(.//*[{parts}]{holds})]");
    vec![path(&inside, true), path(&inside, false)]
}
