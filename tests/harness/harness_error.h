// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace millrace::harness {

/// The surroundings of a test are broken: a server did not start, an SQL statement of the test
/// itself was refused. Thrown by everything in this room, so that a test reads as a story; Qt Test
/// ends the class with a failure. Printed when made, because Qt Test does not print exceptions.
class HarnessError : public std::runtime_error
{
public:
    explicit HarnessError(const std::string& what);
};

} // namespace millrace::harness
