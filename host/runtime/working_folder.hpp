#pragma once

namespace tagloom::runtime {

/// From here on `come_back_to_working_folder` leads to where the process is now. For programs: in somebody
/// else's, which uses tagloom as a library, the folder is theirs to change, and nobody calls this.
void keep_working_folder();

/// Undoes what a plugin did to the working folder. Does nothing where the folder is not kept.
void come_back_to_working_folder() noexcept;

}  // namespace tagloom::runtime
