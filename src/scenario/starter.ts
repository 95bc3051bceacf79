/** What `tiersim init` writes: the smallest scenario that shows every kind of block, with the reason for each line. */
export const STARTER = `# A scenario of tiersim: one file in, tiers side by side out.
#   tiersim run FILE          runs it
#   tiersim explain nodes     says what a key means; so does docs/scenario.md
about: Can four nodes hold a first token under a second for paying customers?

seed: 1          # the same seed gives the same bytes
duration: 20m    # simulated time; a run takes seconds
warmup: 2m       # simulated, not counted

# The rules of the service: tiers, limits, prices. \`tiersim catalog providers\` lists the profiles.
provider: neutral

# Pools of nodes. \`tiersim catalog show h100 --model llama-3.1-8b\` says what one node does.
fleet:
  - name: main
    model: llama-3.1-8b
    hardware: h100
    nodes: 4

# Classes of requests: who asks for what, how often, how long, and how patiently.
traffic:
  - name: chat
    model: llama-3.1-8b
    tier: {standard: 70%, priority: 20%, background: 10%}
    arrivals: {poisson: 60/s}
    input: {lognormal: {mean: 900, p95: 3000}}
    output: {lognormal: {mean: 220, p95: 700}}
    client: openai-python

# Lines that must hold; a missed one ends with exit code 99.
targets:
  - priority.ttft.p95 < 500ms
  - standard.ttft.p95 < 1s
  - standard.shedRate < 1%
`;
