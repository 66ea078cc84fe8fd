// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/tls_identity.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace millrace::http {

const char* const tlsPriorities =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:"
    "+CHACHA20-POLY1305:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE";

namespace {

constexpr const char* layer = "http tls";
constexpr off_t fileBytesMax = 1 << 20;
constexpr mode_t ofOthers = 0077;
constexpr mode_t ofOthersBesideRoot = 0037;

struct FreeCredentials
{
    void operator()(gnutls_certificate_credentials_st* it) const noexcept
    {
        gnutls_certificate_free_credentials(it);
    }
};
using Credentials = std::unique_ptr<gnutls_certificate_credentials_st, FreeCredentials>;

/// Of a file, in order; empty when there is none.
class Chain
{
public:
    explicit Chain(const std::string& pem)
    {
        const gnutls_datum_t datum = datumOf(pem);
        if (gnutls_x509_crt_list_import2(&m_all, &m_count, &datum, GNUTLS_X509_FMT_PEM, 0) < 0)
            m_count = 0;
    }
    ~Chain()
    {
        for (unsigned i = 0; i < m_count; ++i)
            gnutls_x509_crt_deinit(m_all[i]);
        gnutls_free(m_all);
    }
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;

    [[nodiscard]] gnutls_x509_crt_t own() const noexcept
    {
        return m_count == 0 ? nullptr : m_all[0];
    }
    static gnutls_datum_t datumOf(const std::string& pem)
    {
        auto* bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(pem.data()));
        return {bytes, static_cast<unsigned>(pem.size())};
    }

private:
    gnutls_x509_crt_t* m_all = nullptr;
    unsigned m_count = 0;
};

/// What is wrong, and the mend.
using Fault = std::pair<std::string, std::string>;

struct File
{
    std::string text;
    std::optional<Fault> fault = {};
};

std::string octal(mode_t mode)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode & 07777);
    return text.data();
}

std::optional<Fault> faultOfMode(const struct stat& facts, const std::string& path)
{
    const bool isRoots = facts.st_uid == 0;
    if (!isRoots && facts.st_uid != ::geteuid())
        return Fault{"the key file " + path + " belongs to another user",
                     "chown it to the user that runs millrace"};
    if ((facts.st_mode & (isRoots ? ofOthersBesideRoot : ofOthers)) == 0)
        return std::nullopt;
    return Fault{"the key file " + path + " may be read by others (mode " + octal(facts.st_mode) +
                     ")",
                 "chmod 600 " + path};
}

File readFile(const std::filesystem::path& path, const std::string& what, bool isKey)
{
    const std::string name = what + " file " + path.string();
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return {{},
                Fault{"the " + name + " cannot be read: " + std::strerror(errno),
                      "give the path of a PEM file that the user that runs millrace may read"}};
    struct stat facts
    {
    };
    ::fstat(descriptor, &facts);
    File file;
    if (!S_ISREG(facts.st_mode) || facts.st_size > fileBytesMax)
        file.fault = {"the " + name + " is no file of at most 1 MiB",
                      "give the path of a PEM file"};
    else if (isKey)
        file.fault = faultOfMode(facts, path.string());
    if (!file.fault) {
        file.text.resize(static_cast<std::size_t>(facts.st_size));
        const ssize_t count = ::read(descriptor, file.text.data(), file.text.size());
        if (count != facts.st_size)
            file.fault = {"the " + name + " changed while it was read", "try again"};
    }
    ::close(descriptor);
    return file;
}

/// Those of the certificate; "nobody" when it names none.
std::string namesOf(gnutls_x509_crt_t certificate)
{
    std::string names;
    for (unsigned i = 0;; ++i) {
        std::array<char, 256> name{};
        std::size_t size = name.size();
        const int kind =
            gnutls_x509_crt_get_subject_alt_name(certificate, i, name.data(), &size, nullptr);
        if (kind < 0 && kind != GNUTLS_E_SHORT_MEMORY_BUFFER)
            break;
        std::array<char, INET6_ADDRSTRLEN> address{};
        std::string text;
        if (kind == GNUTLS_SAN_DNSNAME)
            text.assign(name.data(), size);
        else if (kind == GNUTLS_SAN_IPADDRESS)
            text = ::inet_ntop(size == sizeof(in_addr) ? AF_INET : AF_INET6, name.data(),
                               address.data(), address.size());
        if (!text.empty())
            names += (names.empty() ? "" : ", ") + text;
    }
    return names.empty() ? "nobody" : names;
}

std::string dayOf(std::time_t time)
{
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return text.data();
}

/// What stands against using them together.
std::optional<Fault> faultOfPair(const std::string& certificates, const std::string& key,
                                 const std::string& certificatePath, const std::string& keyPath)
{
    gnutls_certificate_credentials_t made = nullptr;
    if (gnutls_certificate_allocate_credentials(&made) < 0)
        return Fault{"there is no memory for TLS", "try again"};
    const Credentials credentials(made);
    const gnutls_datum_t chain = Chain::datumOf(certificates);
    const gnutls_datum_t secret = Chain::datumOf(key);
    const int status = gnutls_certificate_set_x509_key_mem2(made, &chain, &secret,
                                                            GNUTLS_X509_FMT_PEM, nullptr, 0);
    if (status >= 0)
        return std::nullopt;
    if (status == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return Fault{"the key file " + keyPath + " is not the key of the certificate in " +
                         certificatePath,
                     "give the two that were made together, the server's own certificate first"};
    if (status == GNUTLS_E_DECRYPTION_FAILED)
        return Fault{"the key file " + keyPath + " asks for a password",
                     "keep it without one, for its owner alone: openssl pkey -in " + keyPath};
    return Fault{"the key file " + keyPath + " has no private key in PEM",
                 "it begins with -----BEGIN PRIVATE KEY-----"};
}

} // namespace

TlsIdentity::TlsIdentity(std::string certificates, std::string key)
    : m_certificates(std::move(certificates))
    , m_key(std::move(key))
{
}

TlsIdentity::~TlsIdentity()
{
    ::explicit_bzero(m_key.data(), m_key.size());
}

TlsRead readTls(const std::filesystem::path& certificate, const std::filesystem::path& key,
                std::time_t now)
{
    const auto failed = [](Fault fault) {
        return TlsRead{{layer, false, std::move(fault.first), std::move(fault.second)}};
    };
    File chain = readFile(certificate, "certificate", false);
    if (chain.fault)
        return failed(std::move(*chain.fault));
    const Chain parsed(chain.text);
    if (parsed.own() == nullptr)
        return failed(
            {"the certificate file " + certificate.string() + " has no certificate in PEM",
             "it begins with -----BEGIN CERTIFICATE-----"});
    File secret = readFile(key, "key", true);
    if (secret.fault)
        return failed(std::move(*secret.fault));
    if (auto fault = faultOfPair(chain.text, secret.text, certificate.string(), key.string())) {
        ::explicit_bzero(secret.text.data(), secret.text.size());
        return failed(std::move(*fault));
    }
    const std::time_t from = gnutls_x509_crt_get_activation_time(parsed.own());
    const std::time_t until = gnutls_x509_crt_get_expiration_time(parsed.own());
    TlsRead read{{layer, true,
                  "a certificate for " + namesOf(parsed.own()) + ", valid until " + dayOf(until),
                  ""},
                 TlsIdentity(std::move(chain.text), std::move(secret.text))};
    if (now < from || now >= until)
        read.check = {layer, false,
                      "the certificate in " + certificate.string() + " is valid from " +
                          dayOf(from) + " to " + dayOf(until) + ", not now",
                      "renew it, and restart millrace"};
    return read;
}

} // namespace millrace::http
