#include "images/quiet_errors.hpp"

#include <iostream>
#include <streambuf>

namespace tagloom::datasets {
namespace {

thread_local int quiet = 0;

/// Passes on what threads write that are not quiet.
class Filter : public std::streambuf {
 public:
  explicit Filter(std::streambuf* target) : target_(target) {}

 private:
  int_type overflow(int_type character) override {
    return quiet > 0 ? traits_type::not_eof(character) : target_->sputc(traits_type::to_char_type(character));
  }
  std::streamsize xsputn(const char* text, std::streamsize length) override {
    return quiet > 0 ? length : target_->sputn(text, length);
  }
  int sync() override { return target_->pubsync(); }

  std::streambuf* target_;
};

}  // namespace

QuietErrors::QuietErrors() {
  // For ever, and never destroyed: std::cerr is flushed after all other objects are gone.
  [[maybe_unused]] static const auto installed = std::cerr.rdbuf(new Filter(std::cerr.rdbuf()));
  ++quiet;
}

QuietErrors::~QuietErrors() {
  --quiet;
}

}  // namespace tagloom::datasets
