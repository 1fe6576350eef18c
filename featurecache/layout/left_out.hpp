#pragma once

/// Which images caches do without, when one is made of others: each counts once.

#include "layout/layout.hpp"

#include <tagloom/featurecache/schema.hpp>

#include <vector>

namespace tagloom::featurecache {

/// What caches of different images were made without. Images that they only count are taken for different
/// ones.
[[nodiscard]] LeftOut left_out_of_all(const std::vector<LeftOut>& caches);

/// What a cache was made without, and then what was appended to it. Images that it only counts are taken for
/// ones that are named now.
[[nodiscard]] LeftOut left_out_after(const LeftOut& before, const LeftOut& now);

/// Images that one file was made without, and another has after all, are not left out of both.
void leave_out_only_missing(LeftOut& left_out, const RowKeys& keys);

/// What a file says of it: the first names, and hashes where these are not all.
[[nodiscard]] LeftOut for_file(const LeftOut& left_out);

}  // namespace tagloom::featurecache
