enum AgentCLIPlace {}
