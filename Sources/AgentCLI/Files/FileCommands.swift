import ArgumentParser
import Cryptography
import Foundation
import HubCore

struct FileCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "file", abstract: "Send files to other sessions.", subcommands: [Send.self, Status.self])

    static let folder = "/api/v1/server/remote/file-transfer"

    struct Send: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "Send a file to another session, and wait until it is there.")

        @Argument(help: "The file.")
        var path: String

        @Option(help: ArgumentHelp("The session's name.", valueName: "session"))
        var to: String

        @Option(help: ArgumentHelp("How long to wait for the end.", valueName: "seconds"))
        var timeout: Int = 300

        func run(in invocation: Invocation) async throws {
            let path = URL(fileURLWithPath: invocation.surroundings.absolute(path)).standardizedFileURL.path
            let (size, hash) = try Self.measure(path)
            let state = try await invocation.withHub { hub in
                let project = try hub.neededProject()
                let offer = try await hub.post(
                    folder,
                    [
                        "target_session": .string(to), "project_id": .string(project),
                        "filename": .string(URL(fileURLWithPath: path).lastPathComponent), "file_path": .string(path),
                        "file_size": JSONValue(size), "sha256": .string(hash),
                    ])
                guard let id = offer["transfer_id"]?.string, !id.isEmpty else { throw Failure.sentence("the hub gave no transfer_id") }
                return try await wait(for: id, over: hub)
            }
            invocation.show(state) { console in
                let name = state["filename"]?.string ?? URL(fileURLWithPath: path).lastPathComponent
                return "\(console.style("Sent", .green)) \(name), \(size) bytes, to \(to)."
            }
        }

        private func wait(for id: String, over hub: HubConnection) async throws -> JSONValue {
            let clock = ContinuousClock()
            let end = clock.now + .seconds(timeout)
            while true {
                let state = try await hub.get(folder + "/" + PercentEncoding.encode(id))
                switch state["status"]?.string {
                case "completed": return state
                case .some(let status) where status == "failed" || status == "rejected":
                    throw Failure.sentence("transfer \(id) \(status): \(state["error"]?.string ?? "no reason was given")")
                default: break
                }
                guard clock.now < end else {
                    throw Failure.sentence(
                        "transfer \(id) is still \(state["status"]?.string ?? "under way") after \(timeout) seconds: see `orchestratia file status`"
                    )
                }
                try await Task.sleep(for: .seconds(1))
            }
        }

        /// The size and the SHA-256 of a file, read in pieces.
        static func measure(_ path: String) throws -> (size: Int, hash: String) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw Failure.sentence("there is no file \(path)")
            }
            guard !isFolder.boolValue else { throw Failure.sentence("\(path) is a folder: pack it into one file first") }
            guard let file = FileHandle(forReadingAtPath: path) else { throw Failure.sentence("the file \(path) cannot be read") }
            defer { try? file.close() }
            var hash = SHA256()
            var size = 0
            while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
                hash.update(Array(piece))
                size += piece.count
            }
            return (size, Hex.encode(hash.finish()))
        }
    }

    struct Status: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "Show how a transfer stands.")

        @Argument(help: "The transfer's id, or its beginning.")
        var id: String

        func run(in invocation: Invocation) async throws {
            let state = try await invocation.withHub { try await $0.get(folder + "/" + PercentEncoding.encode(id)) }
            invocation.show(state) { _ in
                let chunks = (state["total_chunks"]?.int).map { ", \(state["chunks_relayed"]?.int ?? 0) of \($0) pieces" } ?? ""
                let error = state["error"]?.string.map { ": \($0)" } ?? ""
                return "\(state["filename"]?.string ?? id) [\(state["status"]?.string ?? "?")]\(chunks)\(error)"
            }
        }
    }
}
