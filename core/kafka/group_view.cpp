// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/group_view.h"

#include "core/kafka/kafka_errors.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>

namespace millrace::kafka {

namespace {

struct DestroyOptions
{
    void operator()(rd_kafka_AdminOptions_t* options) const noexcept
    {
        rd_kafka_AdminOptions_destroy(options);
    }
};
struct DestroyEvent
{
    void operator()(rd_kafka_event_t* event) const noexcept { rd_kafka_event_destroy(event); }
};

void takeMember(const rd_kafka_MemberDescription_t* member, GroupView& view)
{
    if (const char* instance = rd_kafka_MemberDescription_group_instance_id(member))
        view.instances.emplace_back(instance);
    const rd_kafka_MemberAssignment_t* assignment = rd_kafka_MemberDescription_assignment(member);
    const rd_kafka_topic_partition_list_t* list =
        assignment == nullptr ? nullptr : rd_kafka_MemberAssignment_partitions(assignment);
    for (int i = 0; list != nullptr && i < list->cnt; ++i)
        view.assigned.insert({list->elems[i].topic, PartitionId(list->elems[i].partition)});
}

GroupView viewOf(const rd_kafka_ConsumerGroupDescription_t* group)
{
    GroupView view;
    view.isStable =
        rd_kafka_ConsumerGroupDescription_state(group) == RD_KAFKA_CONSUMER_GROUP_STATE_STABLE;
    for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(group); ++i)
        takeMember(rd_kafka_ConsumerGroupDescription_member(group, i), view);
    std::ranges::sort(view.instances);
    return view;
}

} // namespace

Result<GroupView> describeGroup(rd_kafka_s* client, const std::string& group,
                                std::chrono::milliseconds timeout)
{
    const auto waitMs = static_cast<int>(timeout.count());
    const std::unique_ptr<rd_kafka_AdminOptions_t, DestroyOptions> options(
        rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS));
    rd_kafka_AdminOptions_set_request_timeout(options.get(), waitMs, nullptr, 0);
    const QueueHandle answers(rd_kafka_queue_new(client));
    const char* name = group.c_str();
    rd_kafka_DescribeConsumerGroups(client, &name, 1, options.get(), answers.get());
    const std::unique_ptr<rd_kafka_event_t, DestroyEvent> event(
        rd_kafka_queue_poll(answers.get(), waitMs));
    const auto* result =
        event == nullptr ? nullptr : rd_kafka_event_DescribeConsumerGroups_result(event.get());
    if (result == nullptr)
        return Error{Scope::Connection, Code::Retry, "the group's coordinator does not answer",
                     "group " + group};
    if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafkaError(code, "asking for the group failed", "group " + group);
    std::size_t count = 0;
    const rd_kafka_ConsumerGroupDescription_t** groups =
        rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
    if (count == 0)
        return GroupView{};
    if (const rd_kafka_error_t* error = rd_kafka_ConsumerGroupDescription_error(groups[0]))
        return kafkaError(rd_kafka_error_code(error), "asking for the group failed",
                          "group " + group);
    return viewOf(groups[0]);
}

} // namespace millrace::kafka
