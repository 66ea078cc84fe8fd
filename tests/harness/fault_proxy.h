// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace millrace::harness {

/// Where a PostgreSQL connection is cut, counted from arming. "Cut": the client sees a reset.
enum class Cut {
    None,
    CommitSwallowed, ///< the client sent COMMIT, the server never gets it: rolled back
    CommitForwarded, ///< the server got COMMIT, nobody waits for its answer
    CommitExecuted,  ///< the server has committed and answered; the answer is thrown away
    CommitReplyHalf, ///< half of "COMMIT" reaches the client
    CommitReplyLost, ///< as executed, but the connection stays open and silent
    ClientMessage,   ///< after the n-th message from a client, of any kind
    ServerMessage    ///< after the n-th message from the server, of any kind
};

enum class ProxyMode {
    Pass,
    HalfOpen, ///< connections stay, or are accepted, but no byte goes through
    Refuse    ///< connections are reset, new ones at once
};

/// A TCP proxy on this run's address, between a worker and a PostgreSQL (whose messages it
/// understands) or a Kafka broker (modes, delay and cutAll only). All members may be called from
/// any thread.
class FaultProxy
{
public:
    /// Listens at once; connections are reset until forwardTo() is called.
    FaultProxy();
    ~FaultProxy();

    void forwardTo(const std::string& address, int port);
    [[nodiscard]] std::string address() const;
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] std::string endpoint() const;

    /// Arms one cut at the n-th event from now; counts events of all connections.
    void armCut(Cut cut, int nth = 1);
    /// Cuts that have happened.
    [[nodiscard]] int cuts() const { return m_cuts; }
    void setMode(ProxyMode mode);
    /// Chunks that silent connections have lost.
    [[nodiscard]] int swallowed() const { return m_swallowed; }
    /// Every chunk waits this long, in each direction.
    void setDelay(std::chrono::milliseconds delay) { m_delay = delay; }
    /// Resets every connection.
    void cutAll();

private:
    struct Link;

    void acceptLoop();
    void pumpClient(Link& link);
    void pumpServer(Link& link);
    /// Counts an event; true when it is the armed one.
    [[nodiscard]] bool strikes(Cut event);
    /// The armed cut if it is one of COMMIT's and this is the n-th COMMIT.
    [[nodiscard]] Cut strikeCommit();
    [[nodiscard]] bool swallows(Link& link);
    void waitDelay();
    void finish(Link& link);
    void removeEnded();

    int m_port;
    int m_listener;
    std::atomic<ProxyMode> m_mode = ProxyMode::Pass;
    std::atomic<std::chrono::milliseconds> m_delay = std::chrono::milliseconds(0);
    std::atomic<int> m_cuts = 0;
    std::atomic<int> m_swallowed = 0;
    std::mutex m_guard; ///< of all below
    std::string m_upstreamAddress;
    int m_upstreamPort = 0;
    Cut m_armed = Cut::None;
    int m_armedLeft = 0;
    std::list<std::unique_ptr<Link>> m_links;
    std::thread m_acceptor;
};

} // namespace millrace::harness
