import CPty
import Dispatch
import Foundation

/// A program just started, and the descriptors of its terminal.
struct Spawned: Sendable {
    let pid: Int32
    let master: Int32
    let control: Int32

    private static let queue = DispatchQueue(label: "orchestratia.spawn")

    func close() {
        Foundation.close(master)
        Foundation.close(control)
    }

    /// Off the cooperative pool: looking for a program and executing it may wait for a disk.
    static func make(_ launch: PseudoTerminal.Launch) async throws(TerminalFailure) -> Spawned {
        let result: Result<Spawned, TerminalFailure> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(TerminalFailure) {
                    continuation.resume(returning: .success(try now(launch)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private static func now(_ launch: PseudoTerminal.Launch) throws(TerminalFailure) -> Spawned {
        let texts = launch.arguments + [launch.directory] + launch.environment.flatMap { [$0.key, $0.value] }
        guard let name = launch.arguments.first, !name.isEmpty, texts.allSatisfy({ !$0.utf8.contains(0) }),
            launch.environment.keys.allSatisfy({ !$0.isEmpty && !$0.contains("=") })
        else { throw .badArguments }
        guard isDirectory(launch.directory) else { throw .noDirectory(launch.directory) }
        guard let path = ProgramSearch.find(name, in: launch.environment["PATH"]) else { throw .noProgram(name) }

        var master: Int32 = -1
        var slave = [CChar](repeating: 0, count: 128)
        let size = launch.size
        try TerminalFailure.check("openpt", cpty_open(size.rows, size.columns, &master, &slave, slave.count))
        let control = fcntl(master, F_DUPFD_CLOEXEC, 3)
        guard control >= 0 else {
            let code = errno
            Foundation.close(master)
            throw .system("dup", code: code)
        }
        var pid: pid_t = 0
        let code = withStrings(launch.arguments) { arguments in
            withStrings(launch.environment.map { "\($0)=\($1)" }) { environment in
                cpty_spawn(slave, path, arguments, environment, launch.directory, &pid)
            }
        }
        guard code == 0 else {
            Foundation.close(master)
            Foundation.close(control)
            if code == ENOENT || code == EACCES || code == ENOEXEC { throw .noProgram(name) }
            throw .system("spawn", code: code)
        }
        return Spawned(pid: pid, master: master, control: control)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

/// Lends `texts` as a C array of C strings that ends with NULL.
private func withStrings<R>(_ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
}
