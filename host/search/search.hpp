#pragma once

/// Greedy and beam search for any decoder, over all images of a batch at once, each in two halves: what the
/// decoder's device does, and what the host makes of it. On a GPU the first half waits for nothing, so that
/// it can be recorded and repeated (tagloom/nn/recorder.hpp), and there is one answer for the whole batch;
/// steps after the last stop cost less there than a question at every step. On a CPU it ends when all images
/// are done. The decoder should be in evaluation mode; no gradient is recorded.

#include "search/options.hpp"

#include <tagloom/decoder.hpp>
#include <tagloom/vocabulary.hpp>

#include <memory>
#include <vector>

namespace tagloom::search {

class Search {
 public:
  using Tensors = std::vector<at::Tensor>;

  /// The vocabulary must outlive it.
  Search(const Vocabulary& vocabulary, const SearchOptions& options)
      : vocabulary_(vocabulary), options_(options) {}
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;
  virtual ~Search() = default;

  /// What the decoder says at each step, and what follows from it; on its device, some of it undefined.
  /// Throws Interrupted before a step, if a signal left its note.
  [[nodiscard]] virtual Tensors steps(Decoder& decoder, const Features& features) const = 0;
  /// What such steps found, an entry an image.
  [[nodiscard]] virtual std::vector<Found> found(const Tensors& steps) const = 0;

  [[nodiscard]] std::vector<Found> operator()(Decoder& decoder, const Features& features) const {
    return found(steps(decoder, features));
  }

 protected:
  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }
  [[nodiscard]] const SearchOptions& options() const { return options_; }

 private:
  const Vocabulary& vocabulary_;
  SearchOptions options_;
};

/// Greedy search for a width of 1, beam search for more. Throws UsageError for options that make no sense.
std::unique_ptr<Search> search_for(const Vocabulary& vocabulary, const SearchOptions& options);
std::unique_ptr<Search> search_for(Vocabulary&& vocabulary, const SearchOptions& options) = delete;

}  // namespace tagloom::search
