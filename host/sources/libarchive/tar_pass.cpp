#include "sources/libarchive/tar_pass.hpp"

#include "sources/image_bytes.hpp"

#include <tagloom/base/file.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <clocale>
#include <exception>
#include <utility>

namespace tagloom::sources {

/// libarchive turns names that an archive has as UTF-8 into the locale's characters, and in the locale "C"
/// loses what is not ASCII. In this one they stay as they are.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  ~Utf8Locale() {
    if (locale_ != nullptr) ::freelocale(locale_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

  /// This thread's, while it lives.
  class Used {
   public:
    explicit Used(const Utf8Locale& locale)
        : before_(locale.locale_ != nullptr ? ::uselocale(locale.locale_) : nullptr) {}
    ~Used() {
      if (before_ != nullptr) ::uselocale(before_);
    }
    Used(const Used&) = delete;
    Used& operator=(const Used&) = delete;

   private:
    locale_t before_;
  };

 private:
  locale_t locale_;
};

namespace {

TarPass::Kind kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return TarPass::Kind::link;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return TarPass::Kind::file;
    case AE_IFDIR:
      return TarPass::Kind::folder;
    case AE_IFLNK:
      return TarPass::Kind::link;
    default:
      return TarPass::Kind::other;
  }
}

}  // namespace

struct TarPass::Reader {
  explicit Reader(std::unique_ptr<Bytes> source) : bytes(std::move(source)), archive(archive_read_new()) {}
  ~Reader() { archive_read_free(archive); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Called by libarchive with a Reader.
  static la_ssize_t next_bytes(::archive* archive, void* reader, const void** buffer) {
    auto* const self = static_cast<Reader*>(reader);
    try {
      const auto bytes = self->bytes->next();
      *buffer = bytes.data();
      return static_cast<la_ssize_t>(bytes.size());
    } catch (const DamagedFile& error) {
      archive_set_error(archive, EIO, "%s", error.what());
    } catch (...) {  // none may pass through C
      self->failure = std::current_exception();
      archive_set_error(archive, EIO, "it cannot be read");
    }
    return ARCHIVE_FATAL;
  }

  static la_int64_t skip_bytes(::archive* /*archive*/, void* reader, la_int64_t bytes) {
    return static_cast<la_int64_t>(
        static_cast<Reader*>(reader)->bytes->skip(static_cast<std::uint64_t>(bytes)));
  }

  [[noreturn]] void damaged() const {
    if (failure) std::rethrow_exception(failure);
    const char* const words = archive_error_string(archive);
    throw TarDamage(words != nullptr ? words : "it is damaged");
  }

  std::unique_ptr<Bytes> bytes;
  /// Why no more bytes came, where that is no damage of the archive.
  std::exception_ptr failure;
  ::archive* archive;
  Utf8Locale names;
};

TarPass::TarPass(std::unique_ptr<Bytes> bytes) : reader_(std::make_unique<Reader>(std::move(bytes))) {
  ::archive* const archive = reader_->archive;
  archive_read_support_filter_gzip(archive);
  archive_read_support_filter_bzip2(archive);
  archive_read_support_filter_xz(archive);
  archive_read_support_filter_zstd(archive);
  archive_read_support_format_tar(archive);
  archive_read_set_read_callback(archive, Reader::next_bytes);
  archive_read_set_skip_callback(archive, Reader::skip_bytes);
  archive_read_set_callback_data(archive, reader_.get());
  if (archive_read_open1(archive) != ARCHIVE_OK) reader_->damaged();
}

TarPass::~TarPass() = default;

std::optional<TarPass::Member> TarPass::next() {
  const Utf8Locale::Used names(reader_->names);
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(reader_->archive, &entry);
  if (status == ARCHIVE_EOF) return std::nullopt;
  // A warning is of what is not read here: owners, times, attributes.
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) reader_->damaged();
  const char* const name = archive_entry_pathname(entry);
  return Member{.name = name != nullptr ? name : "",
                .kind = kind_of(entry),
                .bytes = static_cast<std::uint64_t>(archive_entry_size(entry)),
                .position = static_cast<std::uint64_t>(archive_read_header_position(reader_->archive))};
}

std::size_t TarPass::read(std::span<std::byte> bytes) {
  const la_ssize_t got = archive_read_data(reader_->archive, bytes.data(), bytes.size());
  if (got < 0) reader_->damaged();
  return static_cast<std::size_t>(got);
}

std::vector<std::byte> TarPass::read_all(const Member& member) {
  return read_claimed(member.bytes, [this](std::span<std::byte> bytes) { return read(bytes); });
}

bool TarPass::is_packed() const {
  return archive_filter_code(reader_->archive, 0) != ARCHIVE_FILTER_NONE;
}

}  // namespace tagloom::sources
