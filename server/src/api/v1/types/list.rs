//! Pages of objects: newest first, an opaque cursor to the next.

use crate::api::problem::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::credentials::{Page, PageRequest};

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "{T}List")]
pub(crate) struct List<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> List<T> {
    /// All there is.
    pub(crate) fn whole(data: Vec<T>) -> Self {
        Self { data, next_cursor: None }
    }

    pub(crate) fn new<I>(page: Page<I>, object: impl FnMut(I) -> T) -> Self {
        Self { data: page.items.into_iter().map(object).collect(), next_cursor: page.next_cursor }
    }
}

/// `?limit=&cursor=`
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ListParams {
    #[schemars(range(min = 1, max = PageRequest::MAX_LIMIT))]
    limit: Option<u32>,
    cursor: Option<String>,
}

impl ListParams {
    /// The page that is asked for.
    ///
    /// # Errors
    /// The limit is not between 1 and 200.
    pub(crate) fn page(self) -> Result<PageRequest, Problem> {
        page_request(self.limit, self.cursor)
    }
}

pub(crate) fn page_request(limit: Option<u32>, cursor: Option<String>) -> Result<PageRequest, Problem> {
    let limit = limit.unwrap_or(PageRequest::DEFAULT_LIMIT);
    if !(1..=PageRequest::MAX_LIMIT).contains(&limit) {
        return Err(Problem::bad_request("limit must be between 1 and 200."));
    }
    Ok(PageRequest::new(limit, cursor.filter(|cursor| !cursor.is_empty())))
}
