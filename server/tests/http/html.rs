//! Pages as a browser reads them: which elements there are, what a form sends when nobody has changed it.

use scraper::{ElementRef, Html, Selector};

/// An element and the names of its attributes, with how deep it stands.
pub(crate) type Bone = (usize, String, Vec<String>);

pub(crate) fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// Every element of a page, in its order.
pub(crate) fn skeleton(page: &Html) -> Vec<Bone> {
    let bone = |element: ElementRef<'_>| {
        let mut names: Vec<String> = element.value().attrs().map(|(name, _)| name.to_owned()).collect();
        names.sort();
        (element.ancestors().count(), element.value().name().to_owned(), names)
    };
    all(page, "*").into_iter().map(bone).collect()
}

/// The addresses within this site that a page leads to, in its order.
pub(crate) fn links(page: &Html) -> Vec<String> {
    let hrefs = all(page, "a[href]").into_iter().filter_map(|link| link.attr("href"));
    hrefs.filter(|href| href.starts_with(['/', '?'])).map(str::to_owned).collect()
}

/// The forms that post to this address, or that go there to look.
pub(crate) fn forms<'a>(page: &'a Html, action: &str) -> Vec<ElementRef<'a>> {
    all(page, "form").into_iter().filter(|form| form.attr("action") == Some(action)).collect()
}

/// What a browser sends for a form that was not touched, by its first button.
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
