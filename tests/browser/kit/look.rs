//! How a page looks: on a small telephone and a desk, in light and dark, with large letters.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::Page;

/// A window's size in CSS pixels.
#[derive(Clone, Copy)]
pub struct Size {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

/// A telephone as an app's own browser shows pages on it.
pub const PHONE: Size = Size { width: 360, height: 640 };
/// The narrowest that any guideline asks for (WCAG 1.4.10).
pub const NARROW: Size = Size { width: 320, height: 640 };
/// The windows that every page must fit into; the number is the size of letters, of which 16 is usual.
pub const WINDOWS: [(Size, u32); 4] = [(PHONE, 16), (NARROW, 16), (PHONE, 32), (DESK, 32)];
/// The most narrow of them.
pub const TIGHTEST: [(Size, u32); 2] = [(NARROW, 16), (PHONE, 32)];
/// A desk.
pub const DESK: Size = Size { width: 1200, height: 800 };

impl Page {
    /// Gives the window a size.
    pub async fn resize(&self, size: Size) {
        let size = json!({ "width": size.width, "height": size.height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Asks for dark colours or for light ones.
    pub async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        let features = json!([{ "name": "prefers-color-scheme", "value": value }, still]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// The size of letters that the person chose; 16 is usual.
    pub async fn letters(&self, pixels: u32) {
        let sizes = json!({ "fontSizes": { "standard": pixels, "fixed": pixels * 13 / 16 } });
        self.devtools("Page.setFontSizes", sizes).await;
    }

    /// The language that the browser asks for.
    pub async fn language(&self, language: &str) {
        let headers = json!({ "headers": { "Accept-Language": language } });
        self.devtools("Network.setExtraHTTPHeaders", headers).await;
    }

    /// What sticks out at the side of windows of these sizes, with letters of these.
    pub async fn too_wide(&self, windows: &[(Size, u32)]) -> Vec<String> {
        let mut found = Vec::new();
        for &(size, letters) in windows {
            self.resize(size).await;
            self.letters(letters).await;
            let script = format!(
                "const wide = document.documentElement.scrollWidth;
                 if (wide <= {0}) return null;
                 const out = [...document.querySelectorAll('body *')]
                     .filter((e) => e.getBoundingClientRect().right > {0} + 1 && !e.closest('svg svg, svg *'));
                 const name = (e) => e.tagName.toLowerCase() + (e.className ? '.' + e.className : '');
                 return wide + ' by ' + [...new Set(out.map(name))].slice(0, 6).join(', ');",
                size.width
            );
            if let Some(wide) = self.ask(&script).await.as_str() {
                found.push(format!("{} pixels, letters of {letters}: {wide}", size.width));
            }
        }
        self.letters(16).await;
        self.resize(DESK).await;
        found
    }

    /// Boxes to tick that are drawn like other fields: as wide as the form, away from what they say.
    pub async fn stray_ticks(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('input[type=checkbox], input[type=radio]')]
            .filter((box) => {
                const [tick, label] = [box, box.closest('label')].map((e) => e?.getBoundingClientRect());
                return tick.width > 32 || (label && tick.left - label.left > 64);
            })
            .map((box) => 'a stray tick: ' + box.outerHTML)";
        let found = self.ask(script).await.as_array().cloned().unwrap_or_default();
        found.iter().map(|html| html.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A picture of the whole page, as PNG.
    pub async fn picture(&self) -> Vec<u8> {
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let options = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let taken = self.devtools("Page.captureScreenshot", options).await;
        STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64")
    }
}
