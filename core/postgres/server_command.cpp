// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/server_command.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace millrace::postgres {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t outputBytesMax = 64u << 10;
constexpr std::size_t outputTailBytes = 800;
constexpr int cannotExecute = 127;

class Descriptor
{
public:
    explicit Descriptor(int number)
        : m_number(number)
    {
    }
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const { return m_number; }
    void close()
    {
        if (m_number >= 0)
            ::close(m_number);
        m_number = -1;
    }

private:
    int m_number;
};

Result<UnixUser> userOf(const passwd* entry, const std::string& who)
{
    if (entry == nullptr)
        return Error{Scope::Process, Code::NotFound, who + " is not in the list of users", ""};
    return UnixUser{entry->pw_uid, entry->pw_gid, entry->pw_name};
}

std::string joined(const std::vector<std::string>& command)
{
    std::string text;
    for (const std::string& word : command)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<char*> pointers(const std::vector<std::string>& words)
{
    std::vector<char*> all;
    for (const std::string& word : words)
        all.push_back(const_cast<char*>(word.c_str()));
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> cleanEnvironment()
{
    const char* path = std::getenv("PATH");
    return {std::string("PATH=") + (path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path),
            "HOME=/", "LANG=C", "TZ=UTC"};
}

/// Between fork and exec: only what is safe after a fork of a program with threads.
[[noreturn]] void becomeProgram(char* const* arguments, char* const* environment,
                                const UnixUser* user, int output)
{
    const int input = ::open("/dev/null", O_RDONLY);
    const bool placed = ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
                        ::dup2(output, STDERR_FILENO) >= 0;
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    const bool isUser =
        user == nullptr || (::setgroups(1, &user->group) == 0 && ::setgid(user->group) == 0 &&
                            ::setuid(user->user) == 0);
    ::umask(S_IRWXG | S_IRWXO);
    if (placed && isUser && ::chdir("/") == 0)
        ::execve(arguments[0], arguments, environment);
    ::_exit(cannotExecute);
}

/// Reads to the end of the pipe; false when the time is over first.
bool readAll(int pipe, SteadyTime deadline, std::string& output)
{
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - steadyNow()).count();
        pollfd entry{pipe, POLLIN, 0};
        if (left <= 0 || ::poll(&entry, 1, static_cast<int>(left)) == 0)
            return false;
        const ssize_t size = ::read(pipe, buffer.data(), buffer.size());
        if (size == 0 || (size < 0 && errno != EINTR))
            return true;
        if (size > 0 && output.size() < outputBytesMax)
            output.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

Error commandFailed(Code code, const std::vector<std::string>& command, std::string_view how,
                    std::string_view output)
{
    while (!output.empty() && output.back() == '\n')
        output.remove_suffix(1);
    const std::size_t tail = output.size() - std::min(output.size(), outputTailBytes);
    return {Scope::Process, code,
            joined(command) + " " + std::string(how) +
                (output.empty() ? "" : ": " + printable(output.substr(tail))),
            command.front()};
}

} // namespace

Result<UnixUser> effectiveUser()
{
    return userOf(::getpwuid(::geteuid()), "user id " + std::to_string(::geteuid()));
}

Result<UnixUser> unixUser(const std::string& name)
{
    return userOf(::getpwnam(name.c_str()), "user " + name);
}

Result<std::string> runCommand(const std::vector<std::string>& command,
                               const std::optional<UnixUser>& user, milliseconds timeout)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return commandFailed(Code::Internal, command, "has no pipe", "");
    const Descriptor output(ends[0]);
    Descriptor theirs(ends[1]);
    const std::vector<char*> arguments = pointers(command);
    const std::vector<std::string> variables = cleanEnvironment();
    const std::vector<char*> environment = pointers(variables);
    const pid_t child = ::fork();
    if (child < 0)
        return commandFailed(Code::Internal, command, "could not be started", "");
    if (child == 0)
        becomeProgram(arguments.data(), environment.data(), user ? &*user : nullptr, theirs.get());
    theirs.close();
    std::string text;
    const bool inTime = readAll(output.get(), steadyNow() + timeout, text);
    if (!inTime)
        ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!inTime)
        return commandFailed(Code::Internal, command, "took too long", text);
    if (!WIFEXITED(status) || WEXITSTATUS(status) == cannotExecute)
        return commandFailed(Code::Internal, command, "could not be run", text);
    if (WEXITSTATUS(status) != 0)
        return commandFailed(Code::Refused, command, "failed", text);
    return text;
}

} // namespace millrace::postgres
