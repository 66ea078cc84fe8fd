// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/cluster_place.h"

#include "core/base/hash.h"
#include "core/base/text.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace millrace::postgres {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t socketPathBytesMax = 107;
constexpr std::string_view socketName = "/.s.PGSQL.5432.lock";

Error folderError(const fs::path& folder, const std::string& why)
{
    return {Scope::Process, Code::Refused, "the folder " + printable(folder.string()) + " " + why,
            ""};
}

std::string shortHash(const fs::path& path)
{
    std::string digits;
    std::uint64_t hash = hash64(path.string());
    for (int i = 0; i < 10; ++i, hash >>= 4)
        digits += "0123456789abcdef"[hash & 0xfU];
    return digits;
}

/// Debian's server package makes the user postgres.
Result<UnixUser> unprivilegedUser()
{
    auto user = unixUser("postgres");
    return user ? user : unixUser("nobody");
}

/// Its parent belongs to root or, as XDG_RUNTIME_DIR and /tmp, keeps others from replacing it.
fs::path socketFolder(const ClusterPlace& place)
{
    const std::string name = "millrace-" + shortHash(place.home);
    std::error_code none;
    if (place.server)
        return fs::path(fs::is_directory("/run", none) ? "/run" : "/tmp") / name;
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && ::access(runtime, W_OK | X_OK) == 0) {
        fs::path folder = fs::path(runtime) / name;
        if (folder.string().size() + socketName.size() <= socketPathBytesMax)
            return folder;
    }
    return fs::path("/tmp") / name;
}

} // namespace

Result<void> makePrivateFolder(const fs::path& folder, const UnixUser& owner)
{
    const bool made = ::mkdir(folder.c_str(), S_IRWXU) == 0;
    if (!made && errno != EEXIST)
        return folderError(folder, "cannot be made");
    if (made && ::geteuid() == 0 && ::lchown(folder.c_str(), owner.user, owner.group) != 0)
        return folderError(folder, "cannot be given to user " + owner.name);
    struct stat facts
    {
    };
    if (::lstat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))
        return folderError(folder, "is not a folder");
    if (facts.st_uid != owner.user)
        return folderError(folder, "belongs to another user, it should be " + owner.name + "'s");
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0 && ::chmod(folder.c_str(), S_IRWXU) != 0)
        return folderError(folder, "is open to others");
    return {};
}

Result<ClusterPlace> makeClusterPlace(const fs::path& dataDir)
{
    auto self = effectiveUser();
    if (!self)
        return self.error();
    ClusterPlace place;
    place.self = *self;
    std::error_code failed;
    const fs::path whole = fs::weakly_canonical(fs::absolute(dataDir), failed);
    if (failed)
        return folderError(dataDir, "cannot be found");
    if (::geteuid() == 0) {
        auto server = unprivilegedUser();
        if (!server)
            return server.error();
        place.server = *server;
        const std::string name = whole.has_filename() ? whole.filename().string() : "root";
        place.home = fs::path("/var/lib/millrace") / (name + "-" + shortHash(whole));
    } else {
        place.home = whole / "postgres";
    }
    fs::create_directories(place.home.parent_path(), failed);
    if (failed)
        return folderError(place.home.parent_path(), "cannot be made");
    place.sockets = socketFolder(place);
    for (const fs::path& folder : {place.home, place.sockets}) {
        if (auto done = makePrivateFolder(folder, place.owner()); !done)
            return done.error();
    }
    return place;
}

} // namespace millrace::postgres
