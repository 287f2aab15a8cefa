import Subprocess

/// Draws graphs with the program `dot` of graphviz.
package enum GraphPicture {
    package enum Fault: Error, Hashable, Sendable {
        /// There is no such program.
        case missing
        case timedOut
        /// What it complained about.
        case failed(String)
    }

    private static let largest = 20 << 20
    /// Each may take a core and much memory for as long as it is let.
    private static let turns = Turns(limit: 2)

    /// Two are drawn at once, others wait; the time counts from where they need not.
    ///
    /// - Parameters:
    ///   - dot: a graph in the DOT language.
    ///   - program: the name of the program, or its path.
    /// - Returns: a PNG.
    /// - Throws: ``Fault``
    package static func png(of dot: String, program: String = "dot", limit: Duration = .seconds(5)) async throws(Fault) -> [UInt8] {
        do {
            return try await turns.run { await drawn(dot, program, limit) }.get()
        } catch let fault as Fault {
            throw fault
        } catch {
            // Nobody waits for the picture any more.
            throw .timedOut
        }
    }

    private static func drawn(_ dot: String, _ program: String, _ limit: Duration) async -> Result<[UInt8], Fault> {
        let executable: Executable = program.contains("/") ? .path(.init(program)) : .name(program)
        return await withTaskGroup(of: Result<[UInt8], Fault>.self) { group in
            group.addTask {
                do {
                    let run = try await Subprocess.run(
                        executable, arguments: ["-Tpng", "-Gdpi=110"], input: .string(dot), output: .bytes(limit: largest),
                        error: .string(limit: 64 << 10))
                    guard run.terminationStatus.isSuccess, !run.standardOutput.isEmpty else {
                        return .failure(.failed(run.standardError))
                    }
                    return .success(run.standardOutput)
                } catch let error as SubprocessError where error.code == .executableNotFound {
                    return .failure(.missing)
                } catch {
                    return .failure(.failed("\(error)"))
                }
            }
            group.addTask {
                // A cancelled sleep ends at once, and then nobody asks for its result.
                try? await Task.sleep(for: limit)
                return .failure(.timedOut)
            }
            let first = await group.next() ?? .failure(.timedOut)
            // Ends the child, too.
            group.cancelAll()
            return first
        }
    }
}
