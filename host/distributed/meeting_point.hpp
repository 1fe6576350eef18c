#pragma once

/// Where the processes meet, looked at before c10d is: it tells every cause in one way, waits longer than it
/// is told to, and takes whatever listens there for process 0.

#include "distributed/meeting.hpp"
#include "distributed/network.hpp"

namespace tagloom::distributed {

struct MeetingPoint {
  /// With the port.
  Address address;
  /// This process's own address, on the way there.
  Address own;
};

/// For process 0: that the address is this machine's and its port is free. For the others: that somebody
/// listens there, which is waited for. Throws NoMeeting, whose sentence says what is wrong and what to do.
MeetingPoint meeting_point(const Meeting& meeting);

}  // namespace tagloom::distributed
