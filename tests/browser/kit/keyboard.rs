//! A person without a mouse.

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::Value;

use super::Page;

/// What has the focus: its name, and whether one can see that it has it.
const FOCUSED: &str = "
    const element = document.activeElement;
    const label = element.labels && element.labels[0];
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    // A box that is drawn by its label shows the focus there.
    const around = label && label.contains(element) ? getComputedStyle(label) : style;
    const ring = (s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none';
    return {
        name: (element.getAttribute('aria-label') || (label || element).textContent).replace(/\\s+/g, ' ').trim(),
        tag: element.tagName,
        seen: (ring(style) || ring(around)) && box.bottom > 0 && box.top < innerHeight,
    };";

/// More than any page has.
const MANY: usize = 120;

impl Page {
    /// Presses a key.
    pub async fn key(&self, key: Key) {
        let key = char::from(key);
        let actions = KeyActions::new("keyboard".to_owned());
        let actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        self.client.perform_actions(actions).await.expect("a key is pressed");
    }

    /// What has the focus.
    async fn focused(&self) -> Value {
        self.ask(FOCUSED).await
    }

    /// Goes on by the Tab key until something of that name has the focus. All on the way shows that it has it.
    pub async fn tab_to(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..MANY {
            let focused = self.focused().await;
            if focused["tag"] != "BODY" {
                assert_eq!(focused["seen"], true, "the focus cannot be seen: {focused}, {}", self.described().await);
                let here = focused["name"].as_str().unwrap_or_default();
                if here == name || here.starts_with(name) {
                    return;
                }
                passed.push(here.to_owned());
            }
            self.key(Key::Tab).await;
        }
        panic!("{name} cannot be reached; passed by {passed:?}");
    }

    /// Types into what has the focus.
    pub async fn types(&self, text: &str) {
        let element = self.client.active_element().await.expect("something has the focus");
        element.send_keys(text).await.expect("it takes text");
    }

    /// Presses Enter, and waits for the next page.
    pub async fn enter(&self) {
        self.leaving("Enter", async || self.key(Key::Enter).await).await;
    }
}
