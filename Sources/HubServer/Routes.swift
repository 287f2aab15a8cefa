import HTTPTypes
import HubCore

/// Every address that the hub answers.
enum Routes {
    static let all: [Route] = open + agents + people

    private static let open: [Route] = [
        Route(method: .get, path: "/", access: .open) { _ in HomePage.reply },
        Route(method: .get, path: "/api/v1/health", access: .optionalPerson) { call in
            let isKnown = if case .person = call.caller { true } else { false }
            return await call.server.configuration.health.health().reply(version: call.server.configuration.version, inFull: isKnown)
        },
        Route(method: .post, path: "/api/v1/servers/register", access: .open, handler: AgentServers.register),
        Route(method: .get, path: "/install.sh", access: .open, handler: Downloads.installScript),
        Route(method: .get, path: "/download/{program}", access: .open, handler: Downloads.program),
    ]

    /// What agents call, with `X-API-Key` (agent protocol, sections 3, 4 and 12).
    private static let agents: [Route] = [
        Route(method: .post, path: "/api/v1/servers/heartbeat", access: .agent, handler: AgentServers.heartbeat),
        Route(method: .get, path: "/api/v1/server/servers", access: .agent, handler: AgentServers.list),
        Route(method: .get, path: "/api/v1/server/status", access: .agent, handler: AgentServers.status),
        Route(method: .get, path: "/api/v1/server/sessions", access: .agent, handler: Sessions.list),
        Route(method: .patch, path: "/api/v1/server/sessions/{id}/mcp-status", access: .agent, handler: Sessions.toolStatus),
        Route(method: .get, path: "/api/v1/server/access-grants", access: .agent) { _ in Reply([]) },
        Route(method: .get, path: "/api/v1/server/approval-rules", access: .agent, handler: AgentApprovals.rules),
        Route(method: .get, path: "/api/v1/server/files/pending", access: .agent, handler: AgentFiles.pending),
        Route(method: .get, path: "/api/v1/server/files/pulls/pending", access: .agent, handler: AgentFiles.pulls),
        Route(method: .get, path: "/api/v1/server/files/{id}/content", access: .agent, handler: AgentFiles.content),
        Route(method: .post, path: "/api/v1/server/files/{id}/ack", access: .agent, handler: AgentFiles.acknowledge),
        Route(
            method: .post, path: "/api/v1/server/files/pulls/{id}/upload", access: .agent, maximumBody: AgentFiles.maximumUpload,
            handler: AgentFiles.upload),
        Route(method: .post, path: "/api/v1/server/files/pulls/{id}/fail", access: .agent, handler: AgentFiles.fail),
        Route(method: .post, path: "/api/v1/server/remote/file-transfer", access: .agent, handler: Transfers.start),
        Route(method: .get, path: "/api/v1/server/remote/file-transfer/{id}", access: .agent, handler: Transfers.get),
        Route(method: .post, path: "/api/v1/server/permissions/log", access: .agent, handler: AgentApprovals.log),

        Route(method: .get, path: "/api/v1/server/tasks", access: .agent, handler: AgentTasks.list),
        Route(method: .post, path: "/api/v1/server/tasks", access: .agent, handler: AgentTasks.create),
        Route(method: .get, path: "/api/v1/server/tasks/check", access: .agent, handler: AgentTasks.check),
        Route(method: .get, path: "/api/v1/server/tasks/{id}", access: .agent, handler: AgentTasks.get),
        Route(method: .put, path: "/api/v1/server/tasks/{id}", access: .agent, handler: AgentTasks.edit),
        Route(method: .delete, path: "/api/v1/server/tasks/{id}", access: .agent, handler: AgentTasks.cancel),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/assign", access: .agent, handler: AgentTasks.assign),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/dependencies", access: .agent, handler: AgentTasks.addDependency),
        Route(
            method: .delete, path: "/api/v1/server/tasks/{id}/dependencies/{upstream}", access: .agent,
            handler: AgentTasks.removeDependency),
        Route(method: .get, path: "/api/v1/server/tasks/{id}/notes", access: .agent, handler: AgentTasks.notes),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/notes", access: .agent, handler: AgentTasks.addNote),

        Route(method: .post, path: "/api/v1/server/tasks/{id}/start", access: .agent, handler: Reports.start),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/plan", access: .agent, handler: Reports.plan),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/help", access: .agent, handler: Reports.help),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/submit", access: .agent, handler: Reports.submit),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/complete", access: .agent, handler: Reports.complete),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/fail", access: .agent, handler: Reports.fail),
        Route(method: .post, path: "/api/v1/server/tasks/{id}/usage", access: .agent, handler: Spendings.report),

        Route(
            method: .post, path: "/api/v1/server/pipelines", access: .agent, maximumBody: Pipelines.maximumBody, handler: Pipelines.create),
        Route(
            method: .post, path: "/api/v1/server/pipelines/dry-run", access: .agent, maximumBody: Pipelines.maximumBody,
            handler: Pipelines.check),
        Route(method: .get, path: "/api/v1/server/pipelines", access: .agent, handler: Pipelines.list),
        Route(method: .get, path: "/api/v1/server/pipelines/{id}", access: .agent, handler: Pipelines.get),

        Route(method: .get, path: "/api/v1/server/interventions", access: .agent, handler: Interventions.list),
        Route(method: .get, path: "/api/v1/server/interventions/{id}", access: .agent, handler: Interventions.get),
        Route(method: .post, path: "/api/v1/server/interventions/{id}/respond", access: .agent, handler: Interventions.respond),
    ]

    /// What people's scripts call, with `Authorization: Bearer` (agent protocol, section 12).
    private static let people: [Route] = [
        Route(method: .get, path: "/api/v1/projects", access: .person, handler: PeopleProjects.list),
        Route(method: .patch, path: "/api/v1/projects/{id}", access: .person, handler: PeopleProjects.change),
        Route(method: .get, path: "/api/v1/servers", access: .person, handler: PeopleProjects.servers),
        Route(method: .patch, path: "/api/v1/servers/{id}", access: .person, handler: PeopleServers.change),
        Route(method: .get, path: "/api/v1/events", access: .person, handler: PeopleProjects.events),

        Route(method: .get, path: "/api/v1/tasks", access: .person, handler: PeopleTasks.list),
        Route(method: .post, path: "/api/v1/tasks", access: .person, handler: PeopleTasks.create),
        Route(method: .get, path: "/api/v1/tasks/{id}", access: .person, handler: PeopleTasks.get),
        Route(method: .put, path: "/api/v1/tasks/{id}", access: .person, handler: PeopleTasks.edit),
        Route(method: .delete, path: "/api/v1/tasks/{id}", access: .person, handler: PeopleTasks.cancel),
        Route(method: .get, path: "/api/v1/tasks/{id}/why", access: .person, handler: PeopleTasks.why),
        Route(method: .post, path: "/api/v1/tasks/{id}/dependencies", access: .person, handler: PeopleTasks.addDependency),
        Route(
            method: .delete, path: "/api/v1/tasks/{id}/dependencies/{upstream}", access: .person, handler: PeopleTasks.removeDependency),
        Route(method: .get, path: "/api/v1/tasks/{id}/notes", access: .person, handler: PeopleTasks.notes),
        Route(method: .post, path: "/api/v1/tasks/{id}/notes", access: .person, handler: PeopleTasks.addNote),

        Route(method: .post, path: "/api/v1/tasks/{id}/assign", access: .person, handler: PeopleTasks.assign),
        Route(method: .post, path: "/api/v1/tasks/{id}/approve", access: .person, handler: Decisions.approve),
        Route(method: .post, path: "/api/v1/tasks/{id}/revise", access: .person, handler: Decisions.revise),
        Route(method: .post, path: "/api/v1/tasks/{id}/respond", access: .person, handler: Decisions.respond),
        Route(method: .post, path: "/api/v1/tasks/{id}/cancel", access: .person, handler: PeopleTasks.cancel),
        Route(method: .post, path: "/api/v1/tasks/{id}/retry", access: .person, handler: Decisions.retry),
        Route(method: .post, path: "/api/v1/tasks/{id}/release", access: .person, handler: Decisions.release),

        Route(method: .get, path: "/api/v1/tasks/{id}/spending", access: .person, handler: Spendings.task),
        Route(method: .post, path: "/api/v1/tasks/{id}/spending", access: .person, handler: Spendings.decide),
        Route(method: .get, path: "/api/v1/spending", access: .person, handler: Spendings.project),

        Route(method: .get, path: "/api/v1/sessions", access: .person, handler: Sessions.list),
        Route(method: .post, path: "/api/v1/sessions", access: .person, handler: Sessions.open),
        Route(method: .get, path: "/api/v1/sessions/{id}", access: .person, handler: Sessions.get),
        Route(method: .post, path: "/api/v1/sessions/{id}/input", access: .person, handler: Sessions.input),
        Route(method: .post, path: "/api/v1/sessions/{id}/resize", access: .person, handler: Sessions.resize),
        Route(method: .post, path: "/api/v1/sessions/{id}/close", access: .person, handler: Sessions.close),
        Route(method: .get, path: "/api/v1/sessions/{id}/screen", access: .person, handler: Sessions.screen),
        Route(method: .get, path: "/api/v1/sessions/{id}/log", access: .person, handler: Sessions.log),

        Route(method: .get, path: "/api/v1/files", access: .person, handler: PeopleFiles.list),
        Route(
            method: .post, path: "/api/v1/files", access: .person, maximumBody: HubFile.maximumSentSize, handler: PeopleFiles.send),
        Route(method: .post, path: "/api/v1/files/pull", access: .person, handler: PeopleFiles.request),
        Route(method: .get, path: "/api/v1/files/{id}", access: .person, handler: PeopleFiles.get),
        Route(method: .get, path: "/api/v1/files/{id}/content", access: .person, handler: PeopleFiles.content),

        Route(method: .get, path: "/api/v1/approval-rules", access: .person, handler: PeopleApprovals.list),
        Route(method: .post, path: "/api/v1/approval-rules", access: .person, handler: PeopleApprovals.add),
        Route(method: .get, path: "/api/v1/approval-rules/{id}", access: .person, handler: PeopleApprovals.get),
        Route(method: .put, path: "/api/v1/approval-rules/{id}", access: .person, handler: PeopleApprovals.change),
        Route(method: .delete, path: "/api/v1/approval-rules/{id}", access: .person, handler: PeopleApprovals.remove),
        Route(method: .get, path: "/api/v1/permissions", access: .person, handler: PeopleApprovals.permissions),

        Route(method: .post, path: "/api/v1/pipelines", access: .person, maximumBody: Pipelines.maximumBody, handler: Pipelines.create),
        Route(
            method: .post, path: "/api/v1/pipelines/dry-run", access: .person, maximumBody: Pipelines.maximumBody, handler: Pipelines.check),
        Route(method: .get, path: "/api/v1/pipelines", access: .person, handler: Pipelines.list),
        Route(method: .get, path: "/api/v1/pipelines/{id}", access: .person, handler: Pipelines.get),

        Route(method: .get, path: "/api/v1/templates", access: .person, handler: Templates.list),
        Route(method: .post, path: "/api/v1/templates", access: .person, handler: Templates.save),
        Route(method: .get, path: "/api/v1/templates/{name}", access: .person, handler: Templates.get),
        Route(method: .post, path: "/api/v1/templates/{name}/run", access: .person, handler: Templates.run),
        Route(method: .delete, path: "/api/v1/templates/{name}", access: .person, handler: Templates.remove),

        Route(method: .get, path: "/api/v1/schedules", access: .person, handler: Schedules.list),
        Route(method: .post, path: "/api/v1/schedules", access: .person, maximumBody: Pipelines.maximumBody, handler: Schedules.add),
        Route(method: .delete, path: "/api/v1/schedules/{number}", access: .person, handler: Schedules.remove),
        Route(method: .post, path: "/api/v1/schedules/{number}/pause", access: .person, handler: Schedules.pause),
        Route(method: .post, path: "/api/v1/schedules/{number}/resume", access: .person, handler: Schedules.resume),

        Route(method: .get, path: "/api/v1/interventions", access: .person, handler: Interventions.list),
        Route(method: .get, path: "/api/v1/interventions/{id}", access: .person, handler: Interventions.get),
        Route(method: .post, path: "/api/v1/interventions/{id}/respond", access: .person, handler: Interventions.respond),
    ]
}
