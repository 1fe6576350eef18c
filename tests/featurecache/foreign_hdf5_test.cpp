// HDF5 files made by others: a link or dataset that leads to another file is refused and never followed, and
// what a file claims takes neither memory nor time.

#include "layout/layout.hpp"
#include "tiny_cache.hpp"

#include <hdf5.h>

#include <array>
#include <csignal>
#include <functional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// A cache of two images that `change` has had its way with.
fs::path changed(const fs::path& path, const std::function<void(hid_t)>& change) {
  write_tiny_cache(path, 2);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  change(file);
  EXPECT_GE(H5Fclose(file), 0);
  return path;
}

/// The refusal, by a process that may take no longer than a few seconds and little memory.
std::string refusal(const fs::path& path) {
  std::array<int, 2> pipe = {};
  if (::pipe(pipe.data()) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit seconds = {10, 10};
    ::setrlimit(RLIMIT_CPU, &seconds);
    ::alarm(30);
    std::string sentence = "it was read";
    try {
      CacheReader(path).verify();
    } catch (const DataError& error) {
      sentence = error.what();
    } catch (const std::exception& error) {
      sentence = std::string("no sentence of ours: ") + error.what();
    }
    rusage used = {};
    ::getrusage(RUSAGE_SELF, &used);
    if (used.ru_maxrss > 2'000'000) sentence = "too much memory";
    (void)!::write(pipe[1], sentence.data(), sentence.size());
    ::_exit(0);
  }
  ::close(pipe[1]);
  std::string sentence(4096, '\0');
  const ssize_t bytes = ::read(pipe[0], sentence.data(), sentence.size());
  sentence.resize(bytes < 0 ? 0 : static_cast<std::size_t>(bytes));
  ::close(pipe[0]);
  ::waitpid(child, nullptr, 0);
  return sentence;
}

TEST(ForeignHdf5, LinksAreRefusedAndNotFollowed) {
  const TemporaryFolder folder;
  const fs::path pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const char* name :
       {"images", "images/name", "images/hash", "features", "features/hash", "features/pooled",
        "features/pooled_hash", "features/stored_hash", "features/map", "features/map_index"}) {
    const auto external = [&](hid_t file) {
      H5Ldelete(file, name, H5P_DEFAULT);
      H5Lcreate_external(pipe.c_str(), "/data", file, name, H5P_DEFAULT, H5P_DEFAULT);
    };
    EXPECT_THAT(refusal(changed(folder / "c.h5", external)), HasSubstr("a link to something else")) << name;
    fs::remove(folder / "c.h5");
    const auto soft = [&](hid_t file) {
      H5Lmove(file, name, file, "/elsewhere", H5P_DEFAULT, H5P_DEFAULT);
      H5Lcreate_soft("/elsewhere", file, name, H5P_DEFAULT, H5P_DEFAULT);
    };
    EXPECT_THAT(refusal(changed(folder / "c.h5", soft)), HasSubstr("a link to something else")) << name;
    fs::remove(folder / "c.h5");
  }
}

TEST(ForeignHdf5, AShardWithALinkIsSetAsideAndNotFollowed) {
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const hid_t file = H5Fopen(shard_of(path, 1).c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Ldelete(file, "features", H5P_DEFAULT);
  H5Lcreate_external((folder / "pipe").c_str(), "/", file, "features", H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
  expect_continues(path, 6);
}

/// Puts a dataset of the same type and shape in the place of one, created in another way.
void recreate(hid_t file, const char* name, const std::function<void(hid_t creation, hid_t space)>& way) {
  const hid_t old = H5Dopen2(file, name, H5P_DEFAULT);
  const hid_t type = H5Dget_type(old);
  const hid_t space = H5Dget_space(old);
  H5Dclose(old);
  H5Ldelete(file, name, H5P_DEFAULT);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  way(creation, space);
  const hid_t made = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  EXPECT_GE(made, 0) << name;
  H5Dclose(made);
  H5Pclose(creation);
  H5Sclose(space);
  H5Tclose(type);
}

TEST(ForeignHdf5, DatasetsThatAreKeptElsewhereArePlainlyRefused) {
  const TemporaryFolder folder;
  const std::string pipe = (folder / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const char* name : {"images/name", "features/pooled", "features/hash", "features/pooled_hash",
                           "features/stored_hash", "features/map_index"}) {
    const auto external = [&](hid_t creation, hid_t) {
      H5Pset_external(creation, pipe.c_str(), 0, H5F_UNLIMITED);
    };
    EXPECT_THAT(refusal(changed(folder / "c.h5", [&](hid_t file) { recreate(file, name, external); })),
                AllOf(HasSubstr(name), HasSubstr("kept in other files")));
    fs::remove(folder / "c.h5");
    const auto made_of_others = [&](hid_t creation, hid_t space) {
      H5Pset_virtual(creation, space, pipe.c_str(), "data", space);
    };
    EXPECT_THAT(refusal(changed(folder / "c.h5", [&](hid_t file) { recreate(file, name, made_of_others); })),
                AllOf(HasSubstr(name), HasSubstr("made of other datasets")));
    fs::remove(folder / "c.h5");
  }
}

TEST(ForeignHdf5, NoFilterButOursIsPassed) {
  const TemporaryFolder folder;
  const auto deflated = [](hid_t creation, hid_t space) {
    std::array<hsize_t, 3> sizes = {};
    const int rank = H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
    H5Pset_chunk(creation, rank, sizes.data());
    H5Pset_deflate(creation, 1);
  };
  for (const char* name : {"images/name", "features/pooled", "features/map"}) {
    EXPECT_THAT(refusal(changed(folder / "c.h5", [&](hid_t file) { recreate(file, name, deflated); })),
                AllOf(HasSubstr(name), ::testing::AnyOf(HasSubstr("compressed"), HasSubstr("packed"))));
    fs::remove(folder / "c.h5");
  }
}

/// A dataset that claims `images` rows, in a file as long as that needs and empty.
void claim(hid_t file, const char* name, std::vector<hsize_t> sizes, hid_t type) {
  H5Ldelete(file, name, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
  H5Dclose(H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT));
  H5Pclose(creation);
  H5Sclose(space);
}

void describe(hid_t file, const std::string& json) {
  H5Adelete(file, "tagloom");
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, json.size());
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(file, "tagloom", type, space, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, type, json.data());
  H5Aclose(attribute);
  H5Sclose(space);
  H5Tclose(type);
}

TEST(ForeignHdf5, ImagesThatAreClaimedAndNotThereTakeNoMemory) {
  const TemporaryFolder folder;
  CacheInfo info = tiny_info();
  info.images = 20'000'000'000;
  const auto claims = [&](hid_t file) {
    const hid_t byte = H5Tcopy(H5T_C_S1);
    const hid_t hash = H5Tcopy(H5T_C_S1);
    H5Tset_size(hash, 32);
    describe(file, to_json(info));
    const auto images = static_cast<hsize_t>(info.images);
    claim(file, "images/name", {images}, byte);
    claim(file, "images/hash", {images}, byte);
    claim(file, "features/hash", {images}, hash);
  };
  EXPECT_THAT(refusal(changed(folder / "c.h5", claims)), HasSubstr("is no whole feature cache"));
}

TEST(ForeignHdf5, FeaturesThatNoImageHasAreRefused) {
  const TemporaryFolder folder;
  CacheInfo info = tiny_info();
  info.images = 2;
  info.feature_shape = {.channels = 1 << 20, .map_height = 1 << 20, .map_width = 1 << 20};
  EXPECT_THAT(refusal(changed(folder / "c.h5", [&](hid_t file) { describe(file, to_json(info)); })),
              HasSubstr("description in"));
}

/// A cache of two images whose stored names are `bytes`, six each, and whose fingerprint fits `names`.
fs::path named(const fs::path& path, const std::string& bytes, const std::vector<std::string>& names) {
  CacheInfo info = tiny_info();
  info.images = 2;
  info.data_fingerprint = data_fingerprint({.names = names, .hashes = {tiny_key(0).hash, tiny_key(1).hash}});
  return changed(path, [&](hid_t file) {
    describe(file, to_json(info));
    const hid_t dataset = H5Dopen2(file, "images/name", H5P_DEFAULT);
    const hid_t type = H5Dget_type(dataset);
    EXPECT_GE(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), 0);
    H5Tclose(type);
    H5Dclose(dataset);
  });
}

TEST(ForeignHdf5, NamesWithZeroBytesNoNamesAndNamesThatAreThereTwiceAreRefused) {
  using namespace std::string_literals;
  const TemporaryFolder folder;
  EXPECT_EQ(refusal(named(folder / "a.h5", "0.jpeg1.jpeg", {"0.jpeg", "1.jpeg"})), "it was read");
  EXPECT_THAT(refusal(named(folder / "b.h5", "0\0jpeg1.jpeg"s, {"0", "1.jpeg"})),
              HasSubstr("no whole feature cache"));
  EXPECT_THAT(refusal(named(folder / "c.h5", std::string(6, '\0') + "1.jpeg", {"", "1.jpeg"})),
              HasSubstr("no whole feature cache"));
  EXPECT_THAT(refusal(named(folder / "d.h5", "1.jpeg1.jpeg", {"1.jpeg", "1.jpeg"})),
              HasSubstr("two rows of image 1.jpeg"));
}

}  // namespace
}  // namespace tagloom::featurecache
