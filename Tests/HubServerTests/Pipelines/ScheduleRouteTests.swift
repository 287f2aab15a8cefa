import HubCore
import Testing

@Suite struct ScheduleRouteTests {
    private let task: JSONValue = ["title": "Update the dependencies", "priority": "low"]

    @Test("a schedule is made, listed, paused, resumed and removed") func life() async throws {
        try await TestHub.serve { test in
            let owner = try await test.person()
            let made = try await owner.post(
                "/api/v1/schedules", ["name": "nightly", "cron": "30 2 * * mon-fri", "time_zone": "Europe/Berlin", "task": task])
            #expect(made.status == 201 && made["number"] == 1 && made["time_zone"] == "Europe/Berlin" && made["catch_up"] == "once")
            #expect(made["task_count"] == 1 && made["paused"] == false && made["due"].string?.hasSuffix(":30:00.000Z") == true)
            let pipeline: JSONValue = ["tasks": [["id": "a", "title": "A"], ["id": "b", "title": "B", "depends_on": ["a"]]]]
            let second = try await owner.post(
                "/api/v1/schedules", ["name": "weekly", "cron": "@weekly", "catch_up": "skip", "pipeline": pipeline])
            #expect(second.status == 201 && second["task_count"] == 2 && second["time_zone"] == "UTC" && second["catch_up"] == "skip")
            let listed = try await test.person(.viewer).get("/api/v1/schedules")
            #expect(listed["schedules"].array?.compactMap { $0["name"] } == ["nightly", "weekly"])
            let paused = try await owner.post("/api/v1/schedules/S1/pause", [:])
            #expect(paused.status == 200 && paused["paused"] == true && paused["due"] == .null)
            let resumed = try await owner.post("/api/v1/schedules/1/resume", [:])
            #expect(resumed["paused"] == false && resumed["due"] == made["due"])
            #expect(try await owner.send("DELETE", "/api/v1/schedules/S1", []).status == 200)
            #expect(try await owner.get("/api/v1/schedules")["schedules"].array?.compactMap { $0["number"] } == [2])
        }
    }

    @Test("what is wrong is refused with what would do") func refusals() async throws {
        try await TestHub.serve { test in
            let owner = try await test.person()
            let cases: [(JSONValue, Int, String)] = [
                (["name": "n", "cron": "61 * * * *", "task": task], 400, "61"),
                (["name": "n", "cron": "@daily", "time_zone": "Mars/Olympus", "task": task], 400, "IANA"),
                (["name": "n", "cron": "@daily"], 422, "either a task or a pipeline"),
                (["name": "n", "cron": "@daily", "task": task, "pipeline": ["tasks": []]], 422, "either a task or a pipeline"),
                (["name": "n", "cron": "@daily", "task": "do it"], 422, "task must be an object, not a string"),
                (["cron": "@daily", "task": task], 422, "name"),
                (["name": "n", "cron": "@daily", "catch_up": "maybe", "task": task], 422, "skip, once, all"),
                (["name": "n", "cron": "@daily", "task": ["title": "x", "depends_on": ["#99"]]], 422, "#99"),
            ]
            for (body, status, words) in cases {
                let answer = try await owner.post("/api/v1/schedules", body)
                #expect((400..<500).contains(answer.status), "\(body)")
                if status == 422, words == "#99" { #expect(answer["faults"].array?.first?["rule"] == "unknown_task") }
                #expect(answer["detail"].string?.contains(words) == true, "\(answer["detail"])")
            }
            for path in ["S9/pause", "S9/resume", "x/pause", "0/pause"] {
                #expect(try await owner.post("/api/v1/schedules/\(path)", [:]).status == 404, "\(path)")
            }
            #expect(try await owner.send("DELETE", "/api/v1/schedules/S9", []).status == 404)
            #expect(try await owner.get("/api/v1/schedules")["schedules"] == [])
        }
    }

    @Test("owners make schedules, members and agents do not") func rights() async throws {
        try await TestHub.serve { test in
            let body: JSONValue = ["name": "nightly", "cron": "@daily", "task": task]
            #expect(try await test.person(.member).post("/api/v1/schedules", body).status == 403)
            #expect(try await test.agent().post("/api/v1/schedules", body).status == 401)
            #expect(try await test.nobody.get("/api/v1/schedules").status == 401)
            _ = try await test.person().post("/api/v1/schedules", body)
            #expect(try await test.person(.member).post("/api/v1/schedules/S1/pause", [:]).status == 403)
            #expect(try await test.person(.member).send("DELETE", "/api/v1/schedules/S1", []).status == 403)
        }
    }
}
