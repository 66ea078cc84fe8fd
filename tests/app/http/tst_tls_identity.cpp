// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"
#include "app/http/tls_identity.h"
#include "tests/support/test_registry.h"

#include <QSslSocket>
#include <QtTest/QtTest>

#include <fstream>

using namespace millrace;
using namespace millrace::http;

/// Certificates are made by openssl(1); the server is talked to by another library than its own.
class TstTlsIdentity : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void tellsForWhomAndHowLong();
    void namesFileAndMend_data();
    void namesFileAndMend();
    void aKeyOfOthersIsRefused();
    void anExpiredCertificateIsToldAndUsed();
    void answersByTls();
    void anOldVersionIsTurnedAway_data();
    void anOldVersionIsTurnedAway();
    void plainHttpGetsNothing();

private:
    [[nodiscard]] std::filesystem::path file(const std::string& name) const;
    void make(const std::string& name);
    [[nodiscard]] TlsRead read(const std::string& certificate, const std::string& key) const;
    [[nodiscard]] HttpServer served() const;

    QTemporaryDir m_folder;
    std::unique_ptr<Routes> m_routes;
};

namespace {

QByteArray openssl(const QStringList& arguments, const QByteArray& input = {})
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start("openssl", arguments);
    process.write(input);
    process.closeWriteChannel();
    process.waitForFinished();
    return process.readAll();
}

} // namespace

std::filesystem::path TstTlsIdentity::file(const std::string& name) const
{
    return m_folder.filePath(QString::fromStdString(name)).toStdString();
}

void TstTlsIdentity::make(const std::string& name)
{
    const auto path = [this, &name](const char* end) {
        return QString::fromStdString(file(name + end).string());
    };
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-days", "30", "-subj", "/CN=x", "-addext",
             "subjectAltName=DNS:a.example,IP:127.0.0.1", "-keyout", path(".key"), "-out",
             path(".crt")});
    QVERIFY(std::filesystem::exists(file(name + ".crt")));
    std::filesystem::permissions(file(name + ".key"), std::filesystem::perms(0600));
}

TlsRead TstTlsIdentity::read(const std::string& certificate, const std::string& key) const
{
    return readTls(file(certificate), file(key), std::time(nullptr));
}

void TstTlsIdentity::initTestCase()
{
    make("one");
    make("other");
    const auto locked = QString::fromStdString(file("locked.key").string());
    openssl({"pkey", "-in", QString::fromStdString(file("one.key").string()), "-aes256", "-passout",
             "pass:canary-password", "-out", locked});
    std::ofstream(file("text.key")) << "no key";
    std::ofstream(file("text.crt")) << "no certificate";
    for (const char* name : {"locked.key", "text.key"})
        std::filesystem::permissions(file(name), std::filesystem::perms(0600));
    m_routes = std::make_unique<Routes>(std::vector<Route>{{"/health", "", Pace::Slow,
                                                            [](const Request&) {
                                                                Response response;
                                                                response.body = "hello";
                                                                return response;
                                                            }}},
                                        HostRules{Names::Loopback});
}

void TstTlsIdentity::tellsForWhomAndHowLong()
{
    const TlsRead good = read("one.crt", "one.key");
    QVERIFY2(good.check.passed && good.identity, good.check.found.c_str());
    const auto day = QDateTime::currentDateTimeUtc().addDays(30).toString("yyyy-MM-dd");
    QCOMPARE(QString::fromStdString(good.check.found),
             "a certificate for a.example, 127.0.0.1, valid until " + day);
}

void TstTlsIdentity::namesFileAndMend_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("found");
    QTest::addColumn<QString>("wrong");
    QTest::newRow("no file") << "none.crt"
                             << "one.key"
                             << "cannot be read: No such"
                             << "none.crt";
    QTest::newRow("no key") << "one.crt"
                            << "none.key"
                            << "cannot be read: No such"
                            << "none.key";
    QTest::newRow("text") << "text.crt"
                          << "one.key"
                          << "no certificate in PEM"
                          << "text.crt";
    QTest::newRow("key text") << "one.crt"
                              << "text.key"
                              << "no private key"
                              << "text.key";
    QTest::newRow("another's") << "one.crt"
                               << "other.key"
                               << "is not the key of"
                               << "other.key";
    QTest::newRow("a password") << "one.crt"
                                << "locked.key"
                                << "a password"
                                << "locked.key";
    QTest::newRow("swapped") << "one.key"
                             << "one.crt"
                             << "no certificate in PEM"
                             << "one.key";
    QTest::newRow("a folder") << "."
                              << "one.key"
                              << "no file of at most"
                              << "certificate file";
}

void TstTlsIdentity::namesFileAndMend()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(QString, found);
    QFETCH(QString, wrong);
    const TlsRead bad = read(certificate.toStdString(), key.toStdString());
    QVERIFY(!bad.check.passed && !bad.identity);
    const auto said = QString::fromStdString(bad.check.found);
    QVERIFY2(said.contains(found) && said.contains(wrong), bad.check.found.c_str());
    QVERIFY(!bad.check.mend.empty());
}

void TstTlsIdentity::aKeyOfOthersIsRefused()
{
    std::filesystem::copy_file(file("one.key"), file("shown.key"));
    std::filesystem::permissions(file("shown.key"), std::filesystem::perms(0644));
    const TlsRead bad = read("one.crt", "shown.key");
    QVERIFY(!bad.identity);
    QVERIFY(bad.check.found.find("read by others (mode 0644)") != std::string::npos);
    QCOMPARE(bad.check.mend, "chmod 600 " + file("shown.key").string());
    std::filesystem::permissions(file("shown.key"), std::filesystem::perms(0600));
    QVERIFY(read("one.crt", "shown.key").identity);
}

void TstTlsIdentity::anExpiredCertificateIsToldAndUsed()
{
    constexpr std::time_t days = 24 * 3'600;
    const TlsRead late = readTls(file("one.crt"), file("one.key"), std::time(nullptr) + 31 * days);
    QVERIFY(!late.check.passed && late.identity);
    QVERIFY2(late.check.found.find("one.crt is valid from") != std::string::npos,
             late.check.found.c_str());
    const TlsRead early = readTls(file("one.crt"), file("one.key"), std::time(nullptr) - days);
    QVERIFY(!early.check.passed && early.identity);
}

HttpServer TstTlsIdentity::served() const
{
    TlsRead good = read("one.crt", "one.key");
    auto server = HttpServer::start(*ListenAddress::parse("127.0.0.1:0"), *m_routes,
                                    {.identity = std::move(good.identity)});
    return std::move(*server);
}

void TstTlsIdentity::answersByTls()
{
    const HttpServer server = served();
    QSslSocket socket;
    auto trust = socket.sslConfiguration();
    trust.setCaCertificates(
        QSslCertificate::fromPath(QString::fromStdString(file("one.crt").string())));
    socket.setSslConfiguration(trust);
    socket.connectToHostEncrypted("127.0.0.1", server.address().port);
    QVERIFY2(socket.waitForEncrypted(5'000), qPrintable(socket.errorString()));
    QCOMPARE(socket.sessionProtocol(), QSsl::TlsV1_3);
    socket.write("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    QByteArray answer;
    while (socket.waitForReadyRead(5'000))
        answer += socket.readAll();
    QVERIFY2(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("hello"), answer);
}

void TstTlsIdentity::anOldVersionIsTurnedAway_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<QString>("ciphers");
    QTest::addColumn<bool>("isWelcome");
    QTest::newRow("1.3") << "-tls1_3"
                         << "ALL" << true;
    QTest::newRow("1.2") << "-tls1_2"
                         << "ALL" << true;
    QTest::newRow("1.2 without forward secrecy") << "-tls1_2"
                                                 << "AES128-GCM-SHA256" << false;
    QTest::newRow("1.2 with CBC") << "-tls1_2"
                                  << "ECDHE-ECDSA-AES128-SHA" << false;
    QTest::newRow("1.1") << "-tls1_1"
                         << "ALL:@SECLEVEL=0" << false;
    QTest::newRow("1.0") << "-tls1"
                         << "ALL:@SECLEVEL=0" << false;
}

void TstTlsIdentity::anOldVersionIsTurnedAway()
{
    QFETCH(QString, version);
    QFETCH(QString, ciphers);
    QFETCH(bool, isWelcome);
    const HttpServer server = served();
    const QByteArray said =
        openssl({"s_client", "-connect", QString("127.0.0.1:%1").arg(server.address().port),
                 version, "-cipher", ciphers, "-quiet", "-ign_eof"},
                "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    QVERIFY2(said.contains("HTTP/1.1 200") == isWelcome, said);
}

void TstTlsIdentity::plainHttpGetsNothing()
{
    const HttpServer server = served();
    QTcpSocket socket;
    socket.connectToHost("127.0.0.1", server.address().port);
    QVERIFY(socket.waitForConnected(5'000));
    socket.write("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    QVERIFY(socket.waitForDisconnected(5'000));
    QVERIFY(!socket.readAll().contains("HTTP/1"));
}

MR_TEST(TstTlsIdentity)
#include "tst_tls_identity.moc"
