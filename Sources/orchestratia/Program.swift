import AgentCLI
import Foundation

@main
struct Program {
    static func main() async {
        exit(await CommandLineTool.run(Array(CommandLine.arguments.dropFirst()), in: .ofThisProcess))
    }
}
