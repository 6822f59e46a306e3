//! Turns the Markdown of a guide into HTML.
//!
//! Covers what guides use: headings, lists, tables, code and links. HTML in the source is shown as text, so a guide
//! can't add elements of its own. Must not know which pages exist: the caller resolves links.

use crate::ui::escaped;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html::push_html};
use std::collections::BTreeSet;

/// A rendered guide.
pub(super) struct Document {
    /// Text of the first heading. The page shows it above the content, so the HTML doesn't repeat it.
    pub(super) title: String,
    /// Id and text of each heading of the second level.
    pub(super) chapters: Vec<(String, String)>,
    pub(super) html: String,
}

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Url(String),
    /// A file that the server doesn't serve, by its path in the repository. It is named instead of linked.
    File(String),
}

/// Renders a guide. `target` resolves a link as it is written in the source.
pub(super) fn render(markdown: &str, target: impl Fn(&str) -> Target) -> Document {
    let mut source = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    let mut renderer = Renderer {
        target,
        title: String::new(),
        chapters: Vec::new(),
        ids: BTreeSet::new(),
        unlinked: None,
        table: Table::default(),
        events: Vec::new(),
    };
    while let Some(event) = source.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let content = source.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
                let content: Vec<_> = content.collect();
                renderer.heading(level, content);
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let content = source.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::CodeBlock)));
                let content: Vec<_> = content.collect();
                renderer.code_block(&kind, &text_of(&content));
            }
            event => renderer.event(event),
        }
    }
    let mut html = String::with_capacity(markdown.len() * 2);
    push_html(&mut html, renderer.events.into_iter());
    Document { title: renderer.title, chapters: renderer.chapters, html }
}

/// The table that is being rendered.
#[derive(Default)]
struct Table {
    in_head: bool,
    /// Column headings. Narrow screens show them beside each cell.
    heads: Vec<String>,
    column: usize,
}

struct Renderer<'a, F> {
    target: F,
    title: String,
    chapters: Vec<(String, String)>,
    ids: BTreeSet<String>,
    /// File that the current link names, if the link is shown as text.
    unlinked: Option<String>,
    table: Table,
    events: Vec<Event<'a>>,
}

impl<'a, F: Fn(&str) -> Target> Renderer<'a, F> {
    fn markup(&mut self, markup: impl Into<String>) {
        self.events.push(Event::Html(markup.into().into()));
    }

    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => self.events.push(Event::Text(text)),
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => (),
            Event::Start(Tag::Link { dest_url, title, id, .. }) => match (self.target)(&dest_url) {
                Target::Url(url) => {
                    let link = Tag::Link { link_type: LinkType::Inline, dest_url: url.into(), title, id };
                    self.events.push(Event::Start(link));
                }
                Target::File(path) => self.unlinked = Some(path),
            },
            Event::End(TagEnd::Link) => match self.unlinked.take() {
                Some(path) => {
                    self.events.extend([Event::Text(" (".into()), Event::Code(path.into()), Event::Text(")".into())]);
                }
                None => self.events.push(Event::End(TagEnd::Link)),
            },
            event => self.table_event(event),
        }
    }

    /// Writes tables like `ui::Table` does.
    fn table_event(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::Table(_)) => {
                self.table = Table::default();
                self.markup("<div class=\"panel\"><table class=\"table\">");
            }
            Event::End(TagEnd::Table) => self.markup("</tbody></table></div>\n"),
            Event::Start(Tag::TableHead) => {
                self.table.in_head = true;
                self.markup("<thead><tr>");
            }
            Event::End(TagEnd::TableHead) => {
                self.table.in_head = false;
                self.markup("</tr></thead><tbody>");
            }
            Event::Start(Tag::TableRow) => {
                self.table.column = 0;
                self.markup("<tr>");
            }
            Event::End(TagEnd::TableRow) => self.markup("</tr>\n"),
            Event::Start(Tag::TableCell) => self.open_cell(),
            Event::End(TagEnd::TableCell) => self.close_cell(),
            event => {
                if let (true, Event::Text(text) | Event::Code(text)) = (self.table.in_head, &event) {
                    self.table.heads.last_mut().into_iter().for_each(|head| head.push_str(text));
                }
                self.events.push(event);
            }
        }
    }

    fn open_cell(&mut self) {
        match (self.table.in_head, self.table.column) {
            (true, _) => {
                self.table.heads.push(String::new());
                self.markup("<th scope=\"col\">");
            }
            (false, 0) => self.markup("<th scope=\"row\">"),
            (false, column) => {
                let label = self.table.heads.get(column).map(|head| escaped(head)).unwrap_or_default();
                // One child, because the cell is a grid of label and content on narrow screens.
                self.markup(format!("<td data-label=\"{label}\"><div>"));
            }
        }
    }

    fn close_cell(&mut self) {
        match (self.table.in_head, self.table.column) {
            (true, _) | (false, 0) => self.markup("</th>"),
            (false, _) => self.markup("</div></td>"),
        }
        self.table.column += 1;
    }

    fn heading(&mut self, level: HeadingLevel, content: Vec<Event<'a>>) {
        let text = text_of(&content);
        let id = self.unique_id(&text);
        if level == HeadingLevel::H1 && self.title.is_empty() {
            self.title = text;
            return;
        }
        if level == HeadingLevel::H2 {
            self.chapters.push((id.clone(), text));
        }
        let heading = Tag::Heading { level, id: Some(id.into()), classes: Vec::new(), attrs: Vec::new() };
        self.events.push(Event::Start(heading));
        content.into_iter().for_each(|event| self.event(event));
        self.events.push(Event::End(TagEnd::Heading(level)));
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>, code: &str) {
        let is_rust = matches!(kind, CodeBlockKind::Fenced(language) if language.starts_with("rust"));
        // rustdoc compiles these lines and hides them from readers.
        let is_hidden = |line: &str| is_rust && (line == "#" || line.starts_with("# "));
        let lines: Vec<_> = code.lines().filter(|line| !is_hidden(line)).collect();
        self.markup("<pre class=\"raw\" tabindex=\"0\" translate=\"no\">");
        self.events.push(Event::Text(lines.join("\n").into()));
        self.markup("</pre>\n");
    }

    /// GitHub numbers headings of equal text in the same way.
    fn unique_id(&mut self, text: &str) -> String {
        let base = slug(text);
        let (mut id, mut number) = (base.clone(), 0);
        while !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("{base}-{number}");
        }
        id
    }
}

fn text_of(events: &[Event<'_>]) -> String {
    let text = |event: &Event<'_>| match event {
        Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => text.to_string(),
        Event::SoftBreak => " ".to_owned(),
        _ => String::new(),
    };
    events.iter().map(text).collect()
}

/// Anchor that GitHub gives to a heading.
fn slug(heading: &str) -> String {
    let kept = heading.chars().flat_map(char::to_lowercase).filter_map(|character| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        other => other.is_alphanumeric().then_some(other),
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(markdown: &str) -> Document {
        render(markdown, |link| match link.strip_prefix("file:") {
            Some(path) => Target::File(path.to_owned()),
            None => Target::Url(link.to_owned()),
        })
    }

    #[test]
    fn html_is_shown_as_text() {
        let html = rendered("# T\n\n<script>alert(1)</script>\n\nBefore <b onclick=\"x\">bold</b> & `<i>`\n").html;
        assert!(!["<script", "<b", "<i>"].iter().any(|tag| html.contains(tag)), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && html.contains("<code>&lt;i&gt;</code>"));
        let html = rendered("| A | <u>H</u>\" x=\" |\n|---|---|\n| a | ![<s>](x.png) |\n").html;
        assert!(!["<u", "<s", "<img"].iter().any(|tag| html.contains(tag)), "{html}");
        // In text a quotation mark is harmless. In an attribute it must not end the value.
        assert!(html.contains("<td data-label=\"H&quot; x=&quot;\"><div>&lt;s&gt;</div></td>"), "{html}");
    }

    #[test]
    fn headings_have_the_ids_that_github_gives() {
        for (heading, id) in [
            ("Backup and restore", "backup-and-restore"),
            ("What nodes share, and don't", "what-nodes-share-and-dont"),
            ("TLS 1.3 – `keys rotate` (snake_case)", "tls-13--keys-rotate-snake_case"),
            ("Größe", "größe"),
        ] {
            let document = rendered(&format!("# Title\n\n## {heading}\n"));
            assert_eq!(document.chapters[0].0, id);
            assert!(document.html.contains(&format!("<h2 id=\"{id}\">")), "{}", document.html);
        }
        let document = rendered("# Mail\n\n## Mail\n\n### Mail\n\n## Log\n");
        assert_eq!(document.title, "Mail");
        let chapters = [("mail-1".to_owned(), "Mail".to_owned()), ("log".to_owned(), "Log".to_owned())];
        assert_eq!(document.chapters, chapters);
        assert!(document.html.contains("<h3 id=\"mail-2\">") && !document.html.contains("<h1"));
    }

    #[test]
    fn a_link_is_an_anchor_or_names_its_file() {
        let html = rendered("[a](/docs/x#y) and [the *nginx* file](file:proxies/nginx.conf).").html;
        assert_eq!(
            html,
            "<p><a href=\"/docs/x#y\">a</a> and the <em>nginx</em> file (<code>proxies/nginx.conf</code>).</p>\n"
        );
    }

    #[test]
    fn a_table_labels_its_cells_and_a_rust_example_hides_what_rustdoc_hides() {
        let html = rendered("| Name | The `Meaning` |\n|:---|---:|\n| `a` | one |\n").html;
        assert!(html.contains("<thead><tr><th scope=\"col\">Name</th>"), "{html}");
        assert!(
            html.contains("<th scope=\"row\"><code>a</code></th><td data-label=\"The Meaning\"><div>one</div></td>")
        );
        assert!(!html.contains("style="), "the content security policy allows no inline style: {html}");
        let html = rendered("```rust,no_run\n# fn main() {\n#[derive(X)]\nlet a = 1 < 2;\n#\n# }\n```\n").html;
        assert!(html.contains(">#[derive(X)]\nlet a = 1 &lt; 2;</pre>"), "{html}");
        assert!(rendered("```sh\n# a comment\n```\n").html.contains("># a comment</pre>"));
    }
}
