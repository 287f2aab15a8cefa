import ArgumentParser
import Foundation

/// A subcommand that asks something of the hub, whether it runs or not.
protocol ControlCommand: AsyncParsableCommand {
    var options: HubOptions { get }
    func request() throws -> ControlRequest
}

extension ControlCommand {
    func run() async throws {
        let configuration = try options.configuration()
        let request = try request()
        let path = ControlSocket.path(for: configuration.database)
        let response: ControlResponse
        if let answer = try await ControlClient.ask(request, at: path) {
            response = answer
        } else {
            let isNew = !FileManager.default.fileExists(atPath: configuration.database)
            response = try await Program.withOpenHub(configuration) { await $0.perform(request) }
            if isNew {
                // On the wrong database, what is printed would be good for nothing.
                let note =
                    "note: there was no database at \(configuration.database), so this made one. "
                    + "If your hub has another, give its --database or --config.\n"
                try? FileHandle.standardError.write(contentsOf: Data(note.utf8))
            }
        }
        switch response {
        case .done(let text): if !text.isEmpty { print(text) }
        case .failed(let text): throw Failure(text)
        }
    }
}
