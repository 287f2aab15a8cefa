import Foundation
import FoundationNetworking
import TelegramSimulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct PageTests {
    private func request(_ scene: Scene, _ path: String, headers: [String: String] = [:], body: JSON? = nil) async throws -> (
        Int, [String: String], Data
    ) {
        var request = URLRequest(url: try #require(URL(string: scene.simulator.url + path)))
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        if let body {
            request.httpMethod = "POST"
            request.httpBody = Data(body.bytes)
        }
        let (data, response) = try await scene.client.session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        var fields: [String: String] = [:]
        for (name, value) in http.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
        return (http.statusCode, fields, data)
    }

    @Test func thePageForbidsForeignScripts() async throws {
        try await Scene.with { scene async throws in
            let (status, headers, data) = try await request(scene, "/")
            #expect(status == 200)
            #expect(headers["content-security-policy"]?.hasPrefix("default-src 'self';") == true)
            let html = String(decoding: data, as: UTF8.self)
            #expect(!html.contains("<script>") && !html.contains(" style=") && !html.contains(" onclick="))
        }
    }

    @Test(arguments: ["evil.example", "127.0.0.1.evil.example:80", "127.0.0.1@evil.example"])
    func otherHostsAreRefused(_ host: String) async throws {
        try await Scene.with { scene async throws in
            #expect(try await request(scene, "/sim/state", headers: ["Host": host]).0 == 403)
            #expect(try await request(scene, "/bot\(scene.bot.token)/getMe", headers: ["Host": host]).0 == 403)
        }
    }

    @Test func actionsOfOtherSitesAreRefused() async throws {
        try await Scene.with { scene async throws in
            let chat = "d:\(scene.bot.id):\(scene.ada.id)"
            let body: JSON = ["person": scene.adaID, "chat": .string(chat), "text": "hi"]
            let json = ["Content-Type": "application/json"]
            #expect(
                try await request(scene, "/sim/send", headers: json.merging(["Origin": "http://evil.example"]) { $1 }, body: body).0 == 403)
            #expect(
                try await request(scene, "/sim/send", headers: json.merging(["Sec-Fetch-Site": "cross-site"]) { $1 }, body: body).0 == 403)
            #expect(try await request(scene, "/sim/send", headers: ["Content-Type": "text/plain"], body: body).0 == 415)
            #expect(await scene.simulator.messages(in: scene.chat).count == 1)
            #expect(
                try await request(scene, "/sim/send", headers: json.merging(["Origin": scene.simulator.url]) { $1 }, body: body).0 == 200)
            #expect(await scene.simulator.messages(in: scene.chat).last?.text == "hi")
        }
    }

    @Test func nobodyWritesForStrangersOrToForeignChats() async throws {
        try await Scene.with { scene async throws in
            let json = ["Content-Type": "application/json"]
            let chat = "d:\(scene.bot.id):\(scene.ada.id)"
            let foreign: JSON = ["person": .integer(scene.grace.id), "chat": .string(chat), "text": "hi"]
            #expect(try await request(scene, "/sim/send", headers: json, body: foreign).0 == 409)
            #expect(
                try await request(scene, "/sim/send", headers: json, body: ["person": 1, "chat": .string(chat), "text": "hi"]).0 == 400)
        }
    }

    @Test func documentsAreDownloadsAndNeverPages() async throws {
        try await Scene.with { scene async throws in
            try await scene.simulator.sendDocument(
                named: "x.html", Array("<script>1</script>".utf8), mimeType: "text/html", from: scene.ada, to: scene.chat)
            let (status, headers, _) = try await request(scene, "/sim/files/1")
            #expect(status == 200)
            #expect(headers["content-type"] == "application/octet-stream" && headers["x-content-type-options"] == "nosniff")
            #expect(headers["content-disposition"] == "attachment; filename=\"x.html\"")
        }
    }
}
