#pragma once

/// Some waits inside libraries take no deadline. A thread that is in one is left there; this makes the
/// process end all the same.

namespace tagloom::runtime {

/// From now on the end of this process writes out what its streams hold, and waits for no thread and destroys
/// no global object, which such a thread may still be using. Its exit status stays what it is.
void end_without_threads();

}  // namespace tagloom::runtime
