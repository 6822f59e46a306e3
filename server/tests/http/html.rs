//! Parses pages as a browser does: their elements, and the fields that an untouched form sends.

use scraper::{ElementRef, Html, Selector};

/// The depth of an element, its name and the names of its attributes.
pub(crate) type Bone = (usize, String, Vec<String>);

pub(crate) fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// Every element of a page, in document order.
pub(crate) fn skeleton(page: &Html) -> Vec<Bone> {
    let bone = |element: ElementRef<'_>| {
        let mut names: Vec<String> = element.value().attrs().map(|(name, _)| name.to_owned()).collect();
        names.sort();
        (element.ancestors().count(), element.value().name().to_owned(), names)
    };
    all(page, "*").into_iter().map(bone).collect()
}

/// The links within this site, in document order.
pub(crate) fn links(page: &Html) -> Vec<String> {
    let hrefs = all(page, "a[href]").into_iter().filter_map(|link| link.attr("href"));
    hrefs.filter(|href| href.starts_with(['/', '?'])).map(str::to_owned).collect()
}

/// The forms with this action, for POST and GET.
pub(crate) fn forms<'a>(page: &'a Html, action: &str) -> Vec<ElementRef<'a>> {
    all(page, "form").into_iter().filter(|form| form.attr("action") == Some(action)).collect()
}

/// The fields that a browser sends for an untouched form with its first button.
pub(crate) fn untouched(form: ElementRef<'_>) -> Vec<(String, String)> {
    let controls = Selector::parse("input, select, textarea").unwrap();
    form.select(&controls).filter(|control| control.attr("disabled").is_none()).filter_map(sent).collect()
}

fn sent(control: ElementRef<'_>) -> Option<(String, String)> {
    let name = control.attr("name")?.to_owned();
    let value = match control.value().name() {
        "textarea" => control.text().collect::<String>().replace('\n', "\r\n"),
        "select" => {
            let of = |selector: &str| control.select(&Selector::parse(selector).unwrap()).next();
            let option = of("option[selected]").or_else(|| of("option"))?;
            option.attr("value").map_or_else(|| option.text().collect(), str::to_owned)
        }
        _ => match control.attr("type") {
            Some("checkbox" | "radio") => {
                control.attr("checked")?;
                control.attr("value").unwrap_or("on").to_owned()
            }
            Some("submit" | "button" | "reset" | "image") => return None,
            _ => control.attr("value").unwrap_or_default().to_owned(),
        },
    };
    Some((name, value))
}
