// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_folder.h"

#include "core/base/hash.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace millrace::app {

namespace {

constexpr std::size_t keptBytesMax = 4'096;

Error refused(const std::string& what, const std::filesystem::path& path)
{
    return Error{Scope::Process, Code::Refused, what + ": " + std::strerror(errno), path.string()};
}

std::string readAll(int descriptor)
{
    std::array<char, keptBytesMax> bytes{};
    const auto size = ::pread(descriptor, bytes.data(), bytes.size(), 0);
    std::string text(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

bool writeAll(int descriptor, const std::string& text)
{
    const std::string line = text + "\n";
    return ::ftruncate(descriptor, 0) == 0 &&
           ::pwrite(descriptor, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size());
}

std::string hostName()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    std::string plain(name.data());
    for (char& letter : plain) {
        const bool ordinary =
            std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '.';
        letter = ordinary ? letter : '_';
    }
    return plain.empty() ? "host" : plain.substr(0, 100);
}

Result<void> makeFolder(const std::filesystem::path& path)
{
    std::error_code trouble;
    if (std::filesystem::is_directory(path, trouble))
        return {};
    std::filesystem::create_directories(path.parent_path(), trouble);
    const mode_t mode = ::geteuid() == 0 ? 0711 : 0700;
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
        return refused("the data folder cannot be made", path);
    return {};
}

} // namespace

DataFolder::DataFolder(std::filesystem::path path, int lock)
    : m_path(std::move(path))
    , m_lock(lock)
{
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : m_path(std::move(other.m_path))
    , m_lock(std::exchange(other.m_lock, -1))
{
}

DataFolder::~DataFolder()
{
    if (m_lock < 0)
        return;
    ::unlink((m_path / "listen").c_str());
    ::close(m_lock);
}

Result<DataFolder> DataFolder::open(const std::filesystem::path& path)
{
    if (const auto made = makeFolder(path); !made)
        return made.error();
    std::error_code trouble;
    const auto real = std::filesystem::canonical(path, trouble);
    const auto file = real / "lock";
    const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return refused("the data folder cannot be written", path);
    DataFolder folder(real, lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        folder.m_lock = -1;
        const Error twin{Scope::Process, Code::Refused,
                         "another millrace (pid " + readAll(lock) +
                             ") works in this data folder; give this one its own --data-dir",
                         path.string()};
        ::close(lock);
        return twin;
    }
    if (!writeAll(lock, std::to_string(::getpid())))
        return refused("the data folder cannot be written", path);
    return folder;
}

Result<std::string> DataFolder::keep(const std::string& name, const std::string& content)
{
    const auto file = m_path / name;
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return refused("a file of the data folder cannot be opened", file);
    std::string kept = readAll(descriptor);
    const bool written =
        !kept.empty() || (writeAll(descriptor, content) && ::fsync(descriptor) == 0);
    ::close(descriptor);
    if (!written)
        return refused("a file of the data folder cannot be written", file);
    return kept.empty() ? content : kept;
}

Result<std::string> DataFolder::instance()
{
    const std::uint64_t hash = hash64(m_path.string());
    std::array<char, 20> digits{};
    std::snprintf(digits.data(), digits.size(), "-%08x", static_cast<unsigned>(hash));
    return keep("instance", hostName() + digits.data());
}

Result<void> DataFolder::announce(const std::string& address)
{
    const auto draft = m_path / "listen.new";
    const int descriptor =
        ::open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return refused("the address cannot be written", draft);
    const bool written = writeAll(descriptor, address);
    ::close(descriptor);
    if (!written || ::rename(draft.c_str(), (m_path / "listen").c_str()) != 0)
        return refused("the address cannot be written", draft);
    return {};
}

} // namespace millrace::app
