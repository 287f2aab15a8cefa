import Foundation
import Subprocess

/// A plain program without a terminal, run to its end: git, tmux, `claude --version`.
package struct Command: Sendable {
    package var arguments: [String]
    /// `nil`: ours.
    package var environment: [String: String]?
    package var directory: String?
    package var input: [UInt8] = []
    /// Killed when it takes longer.
    package var limit: Duration = .seconds(20)
    /// Most bytes of its output; a program that prints more fails.
    package var outputLimit = 8 << 20

    package init(_ arguments: [String], environment: [String: String]? = nil, in directory: String? = nil) {
        (self.arguments, self.environment, self.directory) = (arguments, environment, directory)
    }

    package struct Result: Sendable {
        package let status: ExitStatus
        package let output: [UInt8]
        package let errors: String

        package var isSuccess: Bool { status == .exited(0) }
        /// The output without white space at its ends.
        package var text: String { String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
        /// What it said about its failure.
        package var explanation: String {
            let said = [errors.trimmingCharacters(in: .whitespacesAndNewlines), text].filter { !$0.isEmpty }
            return said.isEmpty ? "\(status)" : String(said.joined(separator: "; ").prefix(500))
        }
        package var lines: [String] { text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    }

    package enum Failure: Error, CustomStringConvertible {
        case noProgram(String)
        case timedOut(String)
        /// It could not be started, or printed too much.
        case failed(String, why: String)

        package var description: String {
            switch self {
            case .noProgram(let name): "there is no program \(name)"
            case .timedOut(let name): "\(name) took too long"
            case .failed(let name, let why): "\(name): \(why)"
            }
        }
    }

    /// Returns how it ended, whatever its exit code.
    package func run() async throws(Failure) -> Result {
        let path = environment.map { $0["PATH"] } ?? ProcessInfo.processInfo.environment["PATH"]
        guard let name = arguments.first, let program = ProgramSearch.find(name, in: path) else {
            throw .noProgram(arguments.first ?? "")
        }
        do {
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await start(program) }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let result = try await group.next() ?? nil else { throw Failure.timedOut(name) }
                return result
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .failed(name, why: "\(error)")
        }
    }

    private func start(_ program: String) async throws -> Result {
        let environment: Environment =
            self.environment.map { .custom($0.map { Array("\($0)=\($1)\0".utf8) }) } ?? .inherit
        var options = PlatformOptions()
        // A group of its own, so that what it started ends with it when it is killed.
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(200))]
        let result = try await Subprocess.run(
            .path(.init(program)), arguments: Arguments(Array(arguments.dropFirst())), environment: environment,
            workingDirectory: directory.map { .init($0) }, platformOptions: options, input: .array(input),
            output: .bytes(limit: outputLimit), error: .string(limit: 64 << 10))
        let status: ExitStatus
        switch result.terminationStatus {
        case .exited(let code): status = .exited(Int32(code))
        case .signaled(let signal): status = .signalled(Int32(signal))
        }
        return Result(status: status, output: result.standardOutput, errors: result.standardError)
    }
}
