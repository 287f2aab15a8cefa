import HubCore
import HubService
import Testing

@Suite(.timeLimit(.minutes(3))) struct ProjectSettingsTests {
    @Test("an owner's script changes settings by their names, and only what it names")
    func change() async throws {
        try await TestHub.serve { hub in
            let owner = try await hub.person()
            let answer = try await owner.send(
                "PATCH", "/api/v1/projects/default",
                Array(
                    #"""
                    {"require_plan": true, "auto_assign": false, "worktrees": false, "agent": "claude", "stall_minutes": 20,
                     "reminder_minutes": 0, "escalation_minutes": 90, "quiet_hours": "23:00-06:00", "time_zone": "Europe/Berlin",
                     "task_cap": 5, "project_cap": "200.5", "day_cap": 50.10}
                    """#.utf8))
            #expect(answer.status == 200 && answer["role"] == "owner" && answer["name"] == "default")
            let settings = try #require(try await hub.hub.project(named: "default")).settings
            #expect(
                settings
                    == Project.Settings(
                        requirePlan: true, autoAssign: false, agent: "claude", stallMinutes: 20, reminderMinutes: 0, escalationMinutes: 90,
                        worktrees: false, taskCap: Money(decimal: "5"), projectCap: Money(decimal: "200.5"),
                        dayCap: Money(decimal: "50.1"), quietHours: QuietHours("23:00-06:00"), timeZone: "Europe/Berlin"))
            #expect(try await owner.get("/api/v1/projects")["projects"].array?.first?["day_cap"] == "50.10")
            let off = try await owner.send(
                "PATCH", "/api/v1/projects/\(hub.project)",
                Array(
                    #"{"agent": null, "quiet_hours": "off", "time_zone": null, "task_cap": 0, "project_cap": null, "day_cap": "off"}"#.utf8)
            )
            #expect(off.status == 200 && off["time_zone"] == "UTC" && off["require_plan"] == true)
            for name in ["agent", "quiet_hours", "task_cap", "project_cap", "day_cap"] { #expect(off[name] == JSONValue.null, "\(name)") }
        }
    }

    @Test("nobody but owners changes them, and another's project is not there")
    func rights() async throws {
        try await TestHub.serve { hub in
            let other = try await hub.hub.run(CreateProject("other"), as: .hub)
            let body = Array(#"{"auto_assign": false}"#.utf8)
            #expect(try await hub.person(.member).send("PATCH", "/api/v1/projects/default", body).status == 403)
            #expect(try await hub.person(.viewer).send("PATCH", "/api/v1/projects/default", body).status == 403)
            #expect(try await hub.person(.owner, in: other.id).send("PATCH", "/api/v1/projects/default", body).status == 404)
            #expect(try await hub.nobody.send("PATCH", "/api/v1/projects/default", body).status == 401)
            #expect(try await hub.hub.project(named: "default")?.settings == Project.Settings())
        }
    }

    @Test(
        "what makes no sense is a 422 that says what is taken, and changes nothing",
        arguments: [
            ("{}", "the body names no setting: there are require_plan, require_review"),
            (#"{"colour": "red"}"#, "there is no setting colour: there are require_plan"),
            (#"{"require_plan": "yes"}"#, "require_plan must be true or false"),
            (#"{"worktrees": false, "stall_minutes": 1441}"#, "stall_minutes is 0 (never) to 1440"),
            (#"{"reminder_minutes": 1.5}"#, "reminder_minutes must be an integer"),
            (#"{"escalation_minutes": 43201}"#, "escalation_minutes is 0 (never) to 43200"),
            (#"{"agent": "A b"}"#, "is no launch profile"), (#"{"quiet_hours": "late"}"#, "write them like 22:00-07:00, or off"),
            (#"{"time_zone": "Mars"}"#, "is no time zone: use an IANA name"),
            (#"{"day_cap": -1}"#, "day_cap must be a decimal number from 0 to"),
            (#"{"project_cap": "much"}"#, "project_cap must be a decimal number from 0 to"),
        ])
    func faults(body: String, sentence: String) async throws {
        try await TestHub.serve { hub in
            let owner = try await hub.person()
            let answer = try await owner.send("PATCH", "/api/v1/projects/default", Array(body.utf8))
            #expect(answer.status == 422 && answer["detail"].string?.contains(sentence) == true, "\(answer["detail"])")
            #expect(try await hub.hub.project(named: "default")?.settings == Project.Settings())
        }
    }
}
