//! Whether the forges of the tests answer as the real ones that were recorded.
