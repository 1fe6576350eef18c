#pragma once

/// How a data set is read, as options of every command that takes `--data`.

#include "options/table.hpp"

#include <tagloom/datasets/read.hpp>

namespace tagloom::data {

/// What `--data` may be, for help.
inline constexpr const char* kDataHelp = "data set: a folder, or a file of labels";

/// `--layout`: all that those need who take a data set whole, or split it as a checkpoint says.
const options::Table<datasets::ReadOptions>& layout_row();

/// And how a test split is drawn where there is none.
const options::Table<datasets::ReadOptions>& reading_rows();

}  // namespace tagloom::data
