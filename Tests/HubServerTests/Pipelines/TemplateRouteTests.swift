import HubCore
import Testing

@Suite struct TemplateRouteTests {
    private let document: JSONValue = [
        "name": "release", "tasks": [["id": "build", "title": "Build"], ["id": "ship", "title": "Ship", "depends_on": ["build"]]],
    ]

    @Test("a pipeline is saved as a template, run again, listed and removed") func life() async throws {
        try await TestHub.serve { test in
            let member = try await test.person(.member)
            _ = try await member.post("/api/v1/pipelines", document)
            let saved = try await member.post("/api/v1/templates", ["name": "nightly", "pipeline": "P1"])
            #expect(saved.status == 201 && saved["name"] == "nightly" && saved["task_count"] == 2 && saved["document"] == document)
            #expect(try await member.post("/api/v1/templates", ["name": "nightly", "pipeline": "P1"]).status == 409)
            let run = try await member.post("/api/v1/templates/nightly/run", [:])
            #expect(run.status == 201 && run["pipeline"]["number"] == 2 && run["pipeline"]["name"] == "release")
            #expect(
                run["tasks"].array?.compactMap { $0["title"] } == ["Build", "Ship"]
                    && run["id_map"].members?.map(\.name) == ["build", "ship"])
            let list = try await test.person(.viewer).get("/api/v1/templates")["templates"].array ?? []
            #expect(list.count == 1 && list[0]["name"] == "nightly" && list[0]["document"] == nil)
            #expect(try await member.get("/api/v1/templates/nightly")["document"] == document)
            #expect(try await member.send("DELETE", "/api/v1/templates/nightly", []).status == 200)
            #expect(try await member.send("DELETE", "/api/v1/templates/nightly", []).status == 404)
            #expect(try await member.post("/api/v1/templates/nightly/run", [:]).status == 404)
        }
    }

    @Test("what is wrong is refused, and so are those who may not") func refusals() async throws {
        try await TestHub.serve { test in
            let (member, viewer) = (try await test.person(.member), try await test.person(.viewer))
            _ = try await member.post("/api/v1/pipelines", document)
            #expect(try await member.post("/api/v1/templates", ["name": "Über", "pipeline": "P1"]).status >= 400)
            #expect(try await member.post("/api/v1/templates", ["name": "x", "pipeline": "nine"]).status == 422)
            #expect(try await member.post("/api/v1/templates", ["name": "x", "pipeline": "P9"]).status == 404)
            #expect(try await viewer.post("/api/v1/templates", ["name": "x", "pipeline": "P1"]).status == 403)
            #expect(try await test.agent().post("/api/v1/templates", ["name": "x", "pipeline": "P1"]).status == 401)
            _ = try await member.post("/api/v1/templates", ["name": "x", "pipeline": "P1"])
            #expect(try await viewer.post("/api/v1/templates/x/run", [:]).status == 403)
            #expect(try await viewer.send("DELETE", "/api/v1/templates/x", []).status == 403)
            #expect(try await member.get("/api/v1/pipelines")["pipelines"].array?.count == 1)
        }
    }
}
