import HubCore
import Testing

/// Nothing that a client sends may crash the hub, hang it, or get an answer in another shape.
@Suite(.timeLimit(.minutes(3))) struct HostileInputTests {
    static let bodies: [(String, Int)] = [
        ("", 422), ("{", 400), ("[]", 400), ("null", 400), ("5", 400), ("{}", 422), ("{\"title\": NaN}", 400),
        ("{\"title\": Infinity}", 400),
        ("{\"title\": -Infinity}", 400), ("{\"title\": 01}", 400), ("{\"title\": 5}", 422), ("{\"title\": null}", 422),
        ("{\"title\": \"\"}", 422), ("{\"title\": \"a\\nb\"}", 422), ("{\"title\": \"a\\u0000b\"}", 422), ("{\"title\": \"x\"} x", 400),
        ("{\"title\": \"x\", \"priority\": \"urgent\"}", 422), ("{\"title\": \"x\", \"type\": 7}", 422),
        ("{\"title\": \"x\", \"acceptance_criteria\": \"no\"}", 422), ("{\"title\": \"x\", \"acceptance_criteria\": [1]}", 422),
        ("{\"title\": \"x\", \"dependency_ids\": [\"short\"]}", 422), ("{\"title\": \"x\", \"dependencies\": [5]}", 422),
        ("{\"title\": \"x\", \"dependency_ids\": [\"00000000-0000-4000-8000-000000000000\"]}", 404),
        ("{\"title\": \"x\", \"dependencies\": [{\"task\": 99}]}", 404),
        ("{\"title\": \"x\", \"requires\": []}", 422), ("{\"title\": \"x\", \"requires\": {\"languages\": 5}}", 422),
        ("{\"title\": \"x\", \"structured_spec\": [1]}", 422), ("{\"title\": \"x\", \"require_plan\": \"yes\"}", 422),
        ("{\"title\": \"x\", \"project_id\": \"elsewhere\"}", 404), ("{\"title\": \"\\ud800\"}", 201),
        ("{\"title\": \"x\", \"odd\": 1e99999}", 201),
        ("{\"title\": \"x\", \"title\": \"y\"}", 201),
    ]

    @Test("every odd body gets its status and a sentence", arguments: bodies)
    func body(_ text: String, _ status: Int) async throws {
        try await TestHub.serve { hub in try await expect(status, for: Array(text.utf8), from: hub) }
    }

    @Test("deep, giant and undecodable documents do no harm")
    func large() async throws {
        try await TestHub.serve { hub in
            let deep = Array(String(repeating: "[", count: 100_000).utf8)
            try await expect(400, for: deep, from: hub)
            try await expect(400, for: Array("{\"a\":".utf8) + deep, from: hub)
            let title = "{\"title\": \"\(String(repeating: "x", count: 1 << 20))\"}"
            try await expect(422, for: Array(title.utf8), from: hub)
            let spec = "{\"title\": \"x\", \"spec\": \"\(String(repeating: "😀", count: 65_537))\"}"
            try await expect(422, for: Array(spec.utf8), from: hub)
            try await expect(400, for: [0xFF, 0xFE, 0x00], from: hub)
            try await expect(201, for: Array("{\"title\": \"".utf8) + [0xC3, 0x28, 0xFF] + Array("\"}".utf8), from: hub)
            let members = (0..<60_000).map { "\"k\($0)\":0" }.joined(separator: ",")
            try await expect(422, for: Array("{\(members)}".utf8), from: hub)
        }
    }

    private func expect(_ status: Int, for body: [UInt8], from hub: TestHub) async throws {
        let agent = try await hub.agent("mac-\(body.count)")
        let answer = try await agent.send("POST", "/api/v1/server/tasks", body)
        #expect(answer.status == status, "\(String(decoding: body.prefix(80), as: UTF8.self)) \(answer.detail ?? "")")
        if status >= 400 { #expect(answer.detail?.isEmpty == false) }
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.headers["cache-control"] == "no-store")
    }

    @Test(
        "odd addresses and methods get 404 and 405 in the one shape",
        arguments: [
            ("GET", "/nothing", 404), ("GET", "/api/v1/tasks/", 404), ("GET", "//", 404), ("GET", "/api/v1/server/tasks/%zz", 404),
            ("GET", "/api/v1/../etc/passwd", 404), ("DELETE", "/api/v1/health", 405), ("PROPFIND", "/api/v1/health", 405),
            ("OPTIONS", "/api/v1/server/tasks", 405), ("PATCH", "/", 405), ("GET", "/api/v1/server/tasks/%00", 404),
            ("GET", "/api/v1/server/tasks/\(String(repeating: "a", count: 3000))", 404),
        ])
    func addresses(_ method: String, _ path: String, _ status: Int) async throws {
        try await TestHub.serve { hub in
            let answer = try await hub.agent().send(method, path)
            #expect(answer.status == status)
            #expect(answer.detail != nil)
            if status == 405 { #expect(answer.headers["allow"] != nil) }
        }
    }
}
