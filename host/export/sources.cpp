#include "export/sources.hpp"

namespace tagloom::torchscript {

// Types are numbers in this dialect: 4 is int64, 5 float16, 6 float32, 11 bool.

const char* const kPictures = R"(
def prepare(self, picture: Tensor) -> Tensor:
    """A picture [height, width, 3] (uint8, red green blue) as [3, size, size] (float32, 0 to 255)."""
    height = picture.size(0)
    width = picture.size(1)
    to_height = self.image_size
    to_width = self.image_size
    if self.resize_to > 0:
        shorter = min(height, width)
        to_height = self.resize_to * height // shorter
        to_width = self.resize_to * width // shorter
    planes = picture.permute([2, 0, 1]).unsqueeze(0).to(6)
    resized = torch._upsample_bilinear2d_aa(planes, [to_height, to_width], False)
    top = int(round((to_height - self.image_size) / 2.0))
    left = int(round((to_width - self.image_size) / 2.0))
    return resized[0].narrow(1, top, self.image_size).narrow(2, left, self.image_size)

def forward(self, images: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    """Images [batch, 3, size, size] (0 to 255, of any type) to what `tag` returns. Features are rounded to float16, as
    a cache that models are trained with holds them."""
    return self.tag([feature.to(5).to(6) for feature in self.encode(images.to(6) * self.scale - self.shift)])
)";

const char* const kConfidence = R"(
def confidence(self, probabilities: Tensor) -> Tensor:
    """What the model's probabilities become by its calibration; 0 stands for no label, and stays."""
    p = probabilities.clamp(1.1754943508222875e-38, 0.99999994)
    calibrated = ((p.log() - p.neg().log1p()) / self.temperature + self.bias).sigmoid()
    return calibrated.masked_fill(probabilities.eq(0), 0.0)
)";

const char* const kConcepts = R"(
def concepts(self, features: List[Tensor]) -> List[Tensor]:
    return self.score(features)
)";

const char* const kNoConcepts = R"(
def concepts(self, features: List[Tensor]) -> List[Tensor]:
    return features[0:0]
)";

const char* const kGreedy = R"(
def tag(self, features: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    """Labels [batch, max_labels] (int64, -1 behind the last), how sure each is (float32), how many there are."""
    features = features + self.concepts(features)
    batch = features[0].size(0)
    device = features[0].device
    state = self.begin(features)
    token = torch.full([batch], self.start, dtype=4, device=device)
    emitted = torch.zeros([batch, self.stop + 1], dtype=11, device=device)
    going = torch.ones([batch], dtype=11, device=device)
    labels = torch.full([batch, self.max_labels], -1, dtype=4, device=device)
    probabilities = torch.zeros([batch, self.max_labels], dtype=6, device=device)
    at = 0
    while at < self.max_labels and bool(going.any()):
        stepped = self.step(token, at, features, state)
        state = stepped[1:]
        possible = stepped[0].to(6).log_softmax(1).masked_fill(emitted, float("-inf"))
        token = possible.argmax(1)
        column = token.unsqueeze(1)
        probability = possible.softmax(1).gather(1, column).squeeze(1)
        going = going.logical_and(token.ne(self.stop))
        labels.select(1, at).copy_(token.masked_fill(going.logical_not(), -1))
        probabilities.select(1, at).copy_(probability.masked_fill(going.logical_not(), 0.0))
        emitted.scatter_(1, column, 1)
        emitted.select(1, self.stop).fill_(0)
        at += 1
    return labels, self.confidence(probabilities), labels.ge(0).sum([1])
)";

const char* const kThresholds = R"(
def tag(self, features: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    """Labels [batch, labels] (int64, surest first, -1 behind the last), how sure each is (float32), how many there
    are."""
    probabilities = self.score(features)[0].to(6).sigmoid()
    found = probabilities.ge(self.thresholds)
    # Below all that are found, if with a probability of 0.
    ranked, labels = probabilities.masked_fill(found.logical_not(), -1.0).sort(stable=True, dim=1, descending=True)
    none = ranked.lt(0)
    return labels.masked_fill(none, -1), self.confidence(ranked.clamp(min=0.0)), found.sum([1])
)";

}  // namespace tagloom::torchscript
