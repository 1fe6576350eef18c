#pragma once

/// Ctrl-C and `kill` end a long job between two batches, with what is done on disk. A second signal ends the
/// process at once.

namespace tagloom::runtime {

/// Takes over SIGINT and SIGTERM from here on.
void watch_interrupts();

/// True once one of them has arrived.
bool interrupted();

}  // namespace tagloom::runtime
