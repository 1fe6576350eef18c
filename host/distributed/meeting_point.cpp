#include "distributed/meeting_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <thread>

namespace tagloom::distributed {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBeforeTheNextTry(100);
/// How long one address may take; there may be another that answers.
constexpr milliseconds kConnecting(3000);
/// How long name servers are asked again that do not answer now.
constexpr std::chrono::seconds kLookingUp(10);

std::vector<Address> addresses(const Meeting& meeting) {
  const auto end = std::min(meeting.deadline, Clock::now() + kLookingUp);
  meeting.wait.begin(end, meeting.sentence("no name server says which machine that is; MASTER_ADDR must name "
                                           "the machine of process 0, or give its address."));
  while (true) {
    Lookup found = look_up(meeting.environment.address, meeting.environment.port);
    if (found.error == 0) return std::move(found.addresses);
    if (found.error != EAI_AGAIN)
      meeting.fail(
          fmt::format("there is no machine of that name ({}); MASTER_ADDR must name the machine "
                      "of process 0, or give its address.",
                      gai_strerror(found.error)));
    std::this_thread::sleep_for(kBeforeTheNextTry);
  }
}

/// Tries as c10d's server will do. 0, or why not.
int binding_error(std::uint16_t port) {
  const Socket both(AF_INET6, SOCK_STREAM);
  const int yes = 1;
  const int no = 0;
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(port);
  setsockopt(both.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  setsockopt(both.get(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
  if (bind(both.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(any)) == 0) return 0;
  const Socket old(AF_INET, SOCK_STREAM);
  sockaddr_in any_old{};
  any_old.sin_family = AF_INET;
  any_old.sin_port = htons(port);
  setsockopt(old.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  return bind(old.get(), reinterpret_cast<const sockaddr*>(&any_old), sizeof(any_old)) == 0 ? 0 : errno;
}

MeetingPoint own_meeting_point(const Meeting& meeting, const std::vector<Address>& candidates) {
  const auto own = std::ranges::find_if(candidates, is_own);
  if (own == candidates.end())
    meeting.fail(
        fmt::format("{} is no address of this machine, but this is process 0, to which the others "
                    "come; MASTER_ADDR must name the machine of process 0.",
                    candidates.front().text()));
  const int error = binding_error(meeting.environment.port);
  if (error == EACCES)
    meeting.fail("only the administrator may listen at that port; set MASTER_PORT to one from 1024 on.");
  if (error == EADDRINUSE) meeting.fail(meeting.port_is_taken());
  if (error != 0) meeting.fail(fmt::format("nobody can listen there ({}).", std::strerror(error)));
  return {.address = *own, .own = own_address_towards(*own).value_or(*own)};
}

struct Connection {
  std::optional<Address> own;
  /// Why there is none.
  int error = 0;
};

Connection connection(const Address& to, Clock::time_point deadline) {
  const Socket socket(to.family(), SOCK_STREAM);
  if (socket.get() < 0) return {.own = {}, .error = errno};
  if (connect(socket.get(), to.get(), to.size()) != 0 && errno != EINPROGRESS)
    return {.own = {}, .error = errno};
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  pollfd ready{.fd = socket.get(), .events = POLLOUT, .revents = 0};
  if (poll(&ready, 1, static_cast<int>(std::clamp(left, milliseconds(0), kConnecting).count())) != 1)
    return {.own = {}, .error = ETIMEDOUT};
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return {.own = {}, .error = error};
  return {.own = socket.own_address(), .error = 0};
}

std::string why_not(std::chrono::seconds limit, int error) {
  switch (error) {
    case ECONNREFUSED:
      return fmt::format(
          "nobody listened there for {} s (TAGLOOM_PROCESS_TIMEOUT); start process 0, and give "
          "all processes the same MASTER_ADDR and MASTER_PORT.",
          limit.count());
    case ETIMEDOUT:
      return fmt::format(
          "that machine did not answer for {} s (TAGLOOM_PROCESS_TIMEOUT); it may be off, or a "
          "firewall keeps the port closed.",
          limit.count());
    default:
      return fmt::format(
          "that machine cannot be reached ({}); MASTER_ADDR must name the machine of process 0 "
          "by an address that this one has a way to.",
          std::strerror(error));
  }
}

MeetingPoint foreign_meeting_point(const Meeting& meeting, const std::vector<Address>& candidates) {
  int error = 0;
  do {
    for (const Address& candidate : candidates) {
      const Connection tried = connection(candidate, meeting.deadline);
      if (tried.own) return {.address = candidate, .own = *tried.own};
      // An address that refuses says more than one that leads nowhere.
      if (error != ECONNREFUSED) error = tried.error;
    }
    std::this_thread::sleep_for(kBeforeTheNextTry);
  } while (Clock::now() < meeting.deadline);
  meeting.fail(why_not(meeting.environment.time_limit, error));
}

}  // namespace

MeetingPoint meeting_point(const Meeting& meeting) {
  const std::vector<Address> candidates = addresses(meeting);
  if (meeting.environment.rank == 0) return own_meeting_point(meeting, candidates);
  // This ends by itself, and says more.
  meeting.wait.begin(Clock::time_point::max(), meeting.sentence("nobody listens there."));
  return foreign_meeting_point(meeting, candidates);
}

}  // namespace tagloom::distributed
