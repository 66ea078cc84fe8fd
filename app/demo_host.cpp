// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo_host.h"

#include <cstdio>

namespace millrace::app {

struct DemoHost::Parts
{
};

DemoHost::DemoHost(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

DemoHost::DemoHost(DemoHost&&) noexcept = default;
DemoHost::~DemoHost() = default;

Result<DemoHost> DemoHost::start(DataFolder&, std::int64_t)
{
    return Error{Scope::Process, Code::Unsupported, "the demo is not part of this build", "--demo"};
}

void DemoHost::tell(engine::Settings&) const {}

int feedSamples(const Options&)
{
    std::fputs("millrace: the sample stream is not part of this build\n", stderr);
    return 1;
}

} // namespace millrace::app
