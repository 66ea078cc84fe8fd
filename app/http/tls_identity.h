// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/layer_check.h"

#include <ctime>
#include <filesystem>
#include <optional>
#include <string>

namespace millrace::http {

/// What the server shows to those who connect by TLS: a chain of certificates, its own first, and
/// the private key of that, both in PEM. The key is wiped when it goes.
class TlsIdentity
{
public:
    TlsIdentity(std::string certificates, std::string key);
    TlsIdentity(TlsIdentity&&) noexcept = default;
    TlsIdentity& operator=(TlsIdentity&&) noexcept = default;
    ~TlsIdentity();

    [[nodiscard]] const char* certificates() const noexcept { return m_certificates.c_str(); }
    [[nodiscard]] const char* key() const noexcept { return m_key.c_str(); }

private:
    std::string m_certificates;
    std::string m_key;
};

struct TlsRead
{
    LayerCheck check; ///< "http tls"; names the file that is wrong
    /// Nothing: it cannot be used. There is one beside a check that failed when the certificate is
    /// not valid just now.
    std::optional<TlsIdentity> identity = {};
};

/// Reads and checks both files. The key must be nobody else's to read: mode 0600, or 0640 where
/// root owns it.
[[nodiscard]] TlsRead readTls(const std::filesystem::path& certificate,
                              const std::filesystem::path& key, std::time_t now);

/// TLS 1.2 and 1.3, forward secrecy, authenticated ciphers, in the syntax of GnuTLS.
extern const char* const tlsPriorities;

} // namespace millrace::http
