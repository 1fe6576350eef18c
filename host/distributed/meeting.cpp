#include "distributed/meeting.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::distributed {

std::string Meeting::sentence(const std::string& why) const {
  return fmt::format("Process {} of {} cannot meet the others at {}:{}: {}", environment.rank,
                     environment.size, shown(environment.address), environment.port, why);
}

void Meeting::fail(const std::string& why) const {
  throw NoMeeting(sentence(why));
}

std::string Meeting::not_process_0() const {
  return fmt::format(
      "what listens there does not answer as process 0 does; if another program has the port, "
      "set MASTER_PORT of all processes to a free one instead of {}.",
      environment.port);
}

std::string Meeting::port_is_taken() const {
  return fmt::format(
      "another program has the port; set MASTER_PORT of all processes to a free one instead of "
      "{}.",
      environment.port);
}

}  // namespace tagloom::distributed
