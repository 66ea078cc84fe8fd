// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/child_process.h"

#include "tests/harness/harness_error.h"
#include "tests/harness/wait_until.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

namespace millrace::harness {
namespace {

/// Everything exec needs, made before fork: the child of a threaded process may not allocate.
struct Prepared
{
    std::vector<std::string> words;
    std::vector<std::string> settings;
    std::vector<char*> argv;
    std::vector<char*> envp;
};

Prepared prepare(const ChildSpec& spec)
{
    Prepared made;
    made.words.push_back(spec.program);
    made.words.insert(made.words.end(), spec.arguments.begin(), spec.arguments.end());
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string setting = *entry;
        if (!spec.environment.contains(setting.substr(0, setting.find('='))))
            made.settings.push_back(setting);
    }
    for (const auto& [name, value] : spec.environment)
        made.settings.push_back(name + "=" + value);
    for (std::string& word : made.words)
        made.argv.push_back(word.data());
    for (std::string& setting : made.settings)
        made.envp.push_back(setting.data());
    made.argv.push_back(nullptr);
    made.envp.push_back(nullptr);
    return made;
}

/// Raw system calls: glibc's wrappers signal the other threads, which a fork does not have.
bool dropTo(uid_t user, gid_t group)
{
    return syscall(SYS_setgroups, 0, nullptr) == 0 &&
           syscall(SYS_setresgid, group, group, group) == 0 &&
           syscall(SYS_setresuid, user, user, user) == 0;
}

[[noreturn]] void becomeChild(const ChildSpec& spec, const Prepared& made, int output, int failed,
                              pid_t parent)
{
    const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    bool fine = chdir(spec.workFolder.c_str()) == 0;
    if (fine && spec.user)
        fine = dropTo(*spec.user, spec.group.value_or(*spec.user));
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (fine && getppid() == parent)
        execvpe(made.argv[0], made.argv.data(), made.envp.data());
    const int why = errno;
    [[maybe_unused]] const auto written = write(failed, &why, sizeof why);
    _exit(127);
}

std::chrono::milliseconds toMs(const timeval& time)
{
    return std::chrono::milliseconds(time.tv_sec * 1000 + time.tv_usec / 1000);
}

} // namespace

ChildProcess::ChildProcess(const ChildSpec& spec)
{
    const Prepared made = prepare(spec);
    const int output = open(spec.outputFile.empty() ? "/dev/null" : spec.outputFile.c_str(),
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int failed[2] = {-1, -1};
    if (output < 0 || pipe2(failed, O_CLOEXEC) != 0)
        throw HarnessError("cannot write " + spec.outputFile + ": " + std::strerror(errno));
    const pid_t parent = getpid();
    m_pid = fork();
    if (m_pid == 0)
        becomeChild(spec, made, output, failed[1], parent);
    close(output);
    close(failed[1]);
    int why = 0;
    const auto got = read(failed[0], &why, sizeof why);
    close(failed[0]);
    if (m_pid > 0 && got <= 0)
        return;
    if (m_pid > 0)
        waitpid(m_pid, nullptr, 0);
    throw HarnessError("cannot start " + spec.program + ": " + std::strerror(why));
}

ChildProcess::~ChildProcess()
{
    kill9();
}

bool ChildProcess::running()
{
    if (m_exit)
        return false;
    int status = 0;
    rusage usage{};
    const pid_t ended = wait4(m_pid, &status, WNOHANG, &usage);
    if (ended != m_pid)
        return true;
    m_exit = ChildExit{.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                       .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                       .cpu = toMs(usage.ru_utime) + toMs(usage.ru_stime),
                       .peakRssKb = usage.ru_maxrss};
    return false;
}

void ChildProcess::signal(int signal)
{
    if (running())
        ::kill(m_pid, signal);
}

std::optional<ChildExit> ChildProcess::wait(std::chrono::milliseconds limit)
{
    if (!waitUntil(limit, [this] { return !running(); }))
        return std::nullopt;
    return m_exit;
}

ChildExit ChildProcess::kill9()
{
    signal(SIGKILL);
    const auto ended = wait(std::chrono::seconds(30));
    return ended.value_or(ChildExit{});
}

long ChildProcess::peakRssKb() const
{
    std::istringstream status(readFile("/proc/" + std::to_string(m_pid) + "/status"));
    for (std::string word; status >> word;) {
        if (word == "VmHWM:") {
            long kb = 0;
            status >> kb;
            return kb;
        }
    }
    return 0;
}

std::chrono::milliseconds ChildProcess::cpu() const
{
    const std::string stat = readFile("/proc/" + std::to_string(m_pid) + "/stat");
    const auto nameEnd = stat.rfind(')');
    if (nameEnd == std::string::npos)
        return std::chrono::milliseconds(0);
    // proc(5): utime and stime are fields 14 and 15; the name, field 2, may hold blanks
    std::istringstream fields(stat.substr(nameEnd + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    long userTicks = 0;
    long systemTicks = 0;
    fields >> userTicks >> systemTicks;
    return std::chrono::milliseconds((userTicks + systemTicks) * 1000 / sysconf(_SC_CLK_TCK));
}

std::string runTool(ChildSpec spec, std::chrono::milliseconds limit)
{
    std::string file = "/tmp/mr-tool-XXXXXX";
    const int made = mkstemp(file.data());
    if (made < 0)
        throw HarnessError(std::string("no temporary file: ") + std::strerror(errno));
    close(made);
    spec.outputFile = file;
    ChildProcess child(spec);
    const auto ended = child.wait(limit);
    std::string output = readFile(file);
    unlink(file.c_str());
    if (!ended || ended->code != 0)
        throw HarnessError(spec.program + (ended ? " failed: " : " hangs: ") + output);
    return output;
}

std::string readFile(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

} // namespace millrace::harness
