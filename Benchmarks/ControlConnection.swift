import Foundation

/// Asks a running hub over its control socket: what a subcommand does, without a process for each question.
struct ControlConnection {
    let path: String

    init(_ hub: HubProcess) {
        path = hub.folder + "/hub.db.sock"
    }

    func registrationToken() throws -> String {
        try ask(#"{"registrationToken":{"project":"default","seconds":86400}}"#)
    }

    func apiToken() throws -> String {
        try ask(#"{"apiToken":{"project":"default","role":"owner","name":"bench"}}"#)
    }

    private func ask(_ request: String) throws -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw HubProcess.Failed(description: "\(path) is too long for a socket: set TMPDIR")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        let line = Array((request + "\n").utf8)
        guard status == 0, line.withUnsafeBytes({ send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) == line.count else {
            throw HubProcess.Failed(description: "the hub's control socket does not answer")
        }
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { break }
            answer += part[..<count]
        }
        guard let object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: [String: Any]],
            let value = object["done"]?["_0"] as? String
        else { throw HubProcess.Failed(description: String(decoding: answer.prefix(200), as: UTF8.self)) }
        return value
    }
}
