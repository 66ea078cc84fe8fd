// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>

namespace millrace::app {

/// The folder of one worker, made when missing, ours alone (0700; 0711 for root, so that a private
/// database of another user can stand in it). A lock in it refuses a second process; it goes with
/// the process, however that ends.
class DataFolder
{
public:
    /// Errors: Process, Refused, with the path and what the system says, or the pid of the twin.
    static Result<DataFolder> open(const std::filesystem::path& path);
    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&&) = delete;
    ~DataFolder(); ///< removes the `listen` file

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

    /// What the file `name` in it says; where there is none it is made with `content`.
    Result<std::string> keep(const std::string& name, const std::string& content);

    /// The kept instance id: host name and a hash of this folder's path.
    Result<std::string> instance();

    /// Writes the address into the file `listen`, whole or not at all.
    Result<void> announce(const std::string& address);

private:
    DataFolder(std::filesystem::path path, int lock);

    std::filesystem::path m_path;
    int m_lock = -1;
};

} // namespace millrace::app
