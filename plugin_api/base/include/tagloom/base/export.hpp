#pragma once

/// Symbols that cross the boundary between the host, this library and the plugins are visible; all others are
/// not.
#define TAGLOOM_API __attribute__((visibility("default")))
