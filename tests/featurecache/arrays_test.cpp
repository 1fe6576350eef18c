// Arrays of other programs: what NumPy and h5py write is read, and what cannot be is said.

#include "tiny_cache.hpp"

#include <tagloom/featurecache/arrays.hpp>

#include <hdf5.h>

#include <array>
#include <functional>
#include <utility>
#include <zlib.h>

namespace tagloom::featurecache {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
using testing::write_text;
namespace fs = std::filesystem;

std::string npy(const std::string& header, const at::Tensor& numbers) {
  std::string text = header;
  text.resize((10 + header.size() + 1 + 63) / 64 * 64 - 11, ' ');
  text += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += '\x01';
  bytes += '\0';
  bytes += static_cast<char>(text.size());
  bytes += '\0';
  return bytes + text + std::string(static_cast<const char*>(numbers.data_ptr()), numbers.nbytes());
}

TEST(Npy, IsReadInAllFloatingTypesByRows) {
  const TemporaryFolder folder;
  const at::Tensor numbers = testing::formula_tensor("npy", {5, 2, 3});
  for (const auto& [type, name] :
       std::map<at::ScalarType, std::string>{{at::kHalf, "<f2"}, {at::kFloat, "<f4"}, {at::kDouble, "<f8"}}) {
    write_text(
        folder / "a.npy",
        npy("{'descr': '" + name + "', 'fortran_order': False, 'shape': (5, 2, 3), }", numbers.to(type)));
    const auto array = open_npy(folder / "a.npy");
    EXPECT_THAT(array->shape(), ElementsAre(5, 2, 3));
    EXPECT_TRUE(array->rows(1, 3).equal(numbers.to(type).narrow(0, 1, 3))) << name;
  }
}

TEST(Npy, ReadsWhatItWrites) {
  const TemporaryFolder folder;
  const at::Tensor numbers = testing::formula_tensor("npy", {4, 7}).to(at::kHalf);
  const std::string header = npy_header(std::vector<std::int64_t>{4, 7}, at::kHalf);
  EXPECT_EQ(header.size() % 64, 0);
  write_text(folder / "a.npy",
             header + std::string(static_cast<const char*>(numbers.data_ptr()), numbers.nbytes()));
  EXPECT_TRUE(is_npy(folder / "a.npy"));
  EXPECT_FALSE(is_hdf5(folder / "a.npy"));
  EXPECT_TRUE(open_npy(folder / "a.npy")->rows(0, 4).equal(numbers));
}

TEST(Npy, IsRefusedIfItIsSomethingElse) {
  const TemporaryFolder folder;
  const fs::path path = folder / "a.npy";
  const at::Tensor numbers = at::zeros({2, 3});
  const auto refusal = [&](const std::string& bytes) {
    write_text(path, bytes);
    return sentence_of([&] { (void)open_npy(path); });
  };
  EXPECT_THAT(refusal(npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }", numbers)),
              HasSubstr("does not hold float16"));
  EXPECT_THAT(refusal(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", numbers)),
              HasSubstr("little-endian"));
  EXPECT_THAT(refusal(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", numbers)),
              HasSubstr("ascontiguousarray"));
  EXPECT_THAT(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", numbers)),
              HasSubstr("no array with rows"));
  EXPECT_THAT(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }", numbers)),
              HasSubstr("cut short"));
  EXPECT_THAT(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, "
                          "9223372036854775807), }",
                          numbers)),
              HasSubstr("cut short"));
  EXPECT_THAT(refusal("no array at all"), HasSubstr("no .npy file"));
  EXPECT_THAT(refusal("\x93NUMPY"), HasSubstr("that is whole"));
}

/// A file in which `make` creates datasets.
fs::path foreign(const fs::path& path, const std::function<void(hid_t)>& make) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  make(file);
  H5Fclose(file);
  return path;
}

void create(hid_t file, const char* name, hid_t type, const at::Tensor& numbers, bool gzip) {
  const std::vector<hsize_t> sizes(numbers.sizes().begin(), numbers.sizes().end());
  const hid_t space = H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  if (gzip) {
    H5Pset_chunk(creation, static_cast<int>(sizes.size()), sizes.data());
    H5Pset_deflate(creation, 4);
  }
  const hid_t made = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  EXPECT_GE(H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data_ptr()), 0);
  H5Dclose(made);
  H5Pclose(creation);
  H5Sclose(space);
}

TEST(Hdf5Array, IsReadByRowsPackedOrNot) {
  const TemporaryFolder folder;
  const at::Tensor numbers = testing::formula_tensor("hdf5", {6, 4});
  const fs::path path = foreign(folder / "f.h5", [&](hid_t file) {
    create(file, "plain", H5T_NATIVE_FLOAT, numbers, false);
    create(file, "packed", H5T_NATIVE_DOUBLE, numbers.to(at::kDouble), true);
    create(file, "whole", H5T_NATIVE_INT, numbers.to(at::kInt), false);
  });
  EXPECT_TRUE(open_hdf5_array(path, "plain")->rows(2, 3).equal(numbers.narrow(0, 2, 3)));
  EXPECT_TRUE(open_hdf5_array(path, "packed")->rows(0, 6).equal(numbers.to(at::kDouble)));
  EXPECT_THAT(sentence_of([&] { (void)open_hdf5_array(path, "whole"); }), HasSubstr("no float16"));
  EXPECT_THAT(sentence_of([&] { (void)open_hdf5_array(path, "none"); }), HasSubstr("no dataset \"none\""));
  EXPECT_THAT(sentence_of([&] { (void)read_hdf5_texts(path, "plain"); }), HasSubstr("no names"));
}

/// How a dataset of `numbers` is packed, for one test.
struct Chunking {
  std::vector<hsize_t> sizes;
  bool checked = false;
  bool whole_ones_only = false;
  hid_t type = H5T_NATIVE_FLOAT;
};

hid_t create_chunked(hid_t file, const Chunking& chunking, const at::Tensor& numbers) {
  const std::vector<hsize_t> sizes(numbers.sizes().begin(), numbers.sizes().end());
  const hid_t space = H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, static_cast<int>(sizes.size()), chunking.sizes.data());
  if (chunking.whole_ones_only) H5Pset_chunk_opts(creation, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS);
  H5Pset_shuffle(creation);
  H5Pset_deflate(creation, 4);
  if (chunking.checked) H5Pset_fletcher32(creation);
  const hid_t made = H5Dcreate2(file, "f", chunking.type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  H5Pclose(creation);
  H5Sclose(space);
  return made;
}

TEST(Hdf5Array, UnpacksChunksAsHdf5WroteThem) {
  const TemporaryFolder folder;
  const at::Tensor numbers = testing::formula_tensor("chunks", {7, 5, 3});
  const auto expect_read = [&](const Chunking& chunking) {
    const hid_t newest = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(newest, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    const fs::path path = folder / "f.h5";
    const hid_t file =
        H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, chunking.whole_ones_only ? newest : H5P_DEFAULT);
    const hid_t made = create_chunked(file, chunking, numbers);
    EXPECT_GE(H5Dwrite(made, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data_ptr()), 0);
    H5Dclose(made);
    H5Fclose(file);
    H5Pclose(newest);
    const auto array = open_hdf5_array(path, "f");
    EXPECT_TRUE(array->rows(0, 7).equal(numbers));
    for (std::int64_t first = 0; first < 7; first += 2) {
      const std::int64_t count = std::min<std::int64_t>(2, 7 - first);
      EXPECT_TRUE(array->rows(first, count).equal(numbers.narrow(0, first, count))) << first;
    }
  };
  expect_read({.sizes = {1, 5, 3}});
  expect_read({.sizes = {7, 5, 3}, .checked = true});
  expect_read({.sizes = {3, 2, 2}, .checked = true});
  expect_read({.sizes = {3, 2, 2}, .checked = true, .whole_ones_only = true});
  expect_read({.sizes = {4, 5, 1}, .type = H5T_IEEE_F32BE});
}

TEST(Hdf5Array, ChunksThatAreNotThereAreZeros) {
  const TemporaryFolder folder;
  const fs::path path = foreign(folder / "f.h5", [](hid_t file) {
    H5Dclose(create_chunked(file, {.sizes = {2, 2}}, at::zeros({3, 4})));
  });
  EXPECT_TRUE(open_hdf5_array(path, "f")->rows(1, 2).equal(at::zeros({2, 4})));
}

// HDF5 1.10 reads 21 bytes behind the first of them, and what lies behind an unpacked one that is too short.
TEST(Hdf5Array, AChunkThatIsShorterThanItsSizesIsDamaged) {
  const TemporaryFolder folder;
  for (const unsigned filters_left_out : {3U, 0U}) {
    const fs::path path = foreign(folder / "f.h5", [&](hid_t file) {
      const hid_t made = create_chunked(file, {.sizes = {2, 4}}, at::zeros({2, 4}));
      std::vector<unsigned char> bytes(11, 1);
      if (filters_left_out == 0) {
        uLongf packed = compressBound(11);
        std::vector<unsigned char> shorter(packed);
        compress(shorter.data(), &packed, bytes.data(), bytes.size());
        shorter.resize(packed);
        bytes = shorter;
      }
      const std::array<hsize_t, 2> begin = {0, 0};
      EXPECT_GE(H5Dwrite_chunk(made, H5P_DEFAULT, filters_left_out, begin.data(), bytes.size(), bytes.data()),
                0);
      H5Dclose(made);
    });
    EXPECT_THAT(sentence_of([&] { (void)open_hdf5_array(path, "f")->rows(0, 2); }),
                HasSubstr("it is damaged"))
        << filters_left_out;
  }
}

TEST(Hdf5Array, ReadsTheHalvesOfACache) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 3);
  const at::Tensor read = open_hdf5_array(path, "features/pooled")->rows(1, 1);
  EXPECT_TRUE(read.equal(tiny_features(1).pooled));
  EXPECT_THAT(read_hdf5_texts(path, "images/name"), ElementsAre("0.jpeg", "1.jpeg", "2.jpeg"));
}

TEST(Hdf5Array, ReadsTextsOfVaryingLength) {
  const TemporaryFolder folder;
  const fs::path path = foreign(folder / "f.h5", [](hid_t file) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const std::array<const char*, 2> names = {"a.jpg", "folder/longer.jpg"};
    const std::array<hsize_t, 1> sizes = {names.size()};
    const hid_t space = H5Screate_simple(1, sizes.data(), nullptr);
    const hid_t made = H5Dcreate2(file, "names", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, names.data());
    H5Dclose(made);
    H5Sclose(space);
    H5Tclose(type);
  });
  EXPECT_THAT(read_hdf5_texts(path, "names"), ElementsAre("a.jpg", "folder/longer.jpg"));
}

TEST(Hdf5Array, NamesThatAreOnlyClaimedTakeNoMemory) {
  const TemporaryFolder folder;
  const fs::path path = foreign(folder / "f.h5", [](hid_t file) {
    for (const auto& [name, bytes] :
         {std::pair<const char*, std::size_t>{"fixed", 8}, {"varying", H5T_VARIABLE}}) {
      const hid_t type = H5Tcopy(H5T_C_S1);
      H5Tset_size(type, bytes);
      const std::array<hsize_t, 1> sizes = {hsize_t{1} << 28};
      const hid_t space = H5Screate_simple(1, sizes.data(), nullptr);
      const hid_t chunked = H5Pcreate(H5P_DATASET_CREATE);
      const std::array<hsize_t, 1> chunk = {1024};
      H5Pset_chunk(chunked, 1, chunk.data());
      H5Dclose(H5Dcreate2(file, name, type, space, H5P_DEFAULT, chunked, H5P_DEFAULT));
      H5Dclose(H5Dcreate2(file, (std::string("whole ") + name).c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT,
                          H5P_DEFAULT));
      H5Pclose(chunked);
      H5Sclose(space);
      H5Tclose(type);
    }
  });
  for (const char* name : {"whole fixed", "whole varying"})
    EXPECT_THAT(sentence_of([&] { (void)read_hdf5_texts(path, name); }), HasSubstr("holds less than it says"))
        << name;
  for (const char* name : {"fixed", "varying"})
    EXPECT_THAT(sentence_of([&] { (void)read_hdf5_texts(path, name); }), HasSubstr("has no names in"))
        << name;
}

TEST(Hdf5Array, FollowsNoLinkToAnotherFile) {
  const TemporaryFolder folder;
  const fs::path other = write_tiny_cache(folder / "c.h5", 3);
  const fs::path path = foreign(folder / "f.h5", [&](hid_t file) {
    H5Lcreate_external(other.c_str(), "/features/pooled", file, "linked", H5P_DEFAULT, H5P_DEFAULT);
  });
  EXPECT_THAT(sentence_of([&] { (void)open_hdf5_array(path, "linked"); }), HasSubstr("only a link"));
}

}  // namespace
}  // namespace tagloom::featurecache
