//! The command line: `glassbox trace`, `bench`, `random`. The page's engine, without the page.

mod bench;
mod options;
mod random;
mod trace;

pub use options::CliError;
use options::Options;

const HELP: &str = "\
glassbox: a GPT you can see through, on the command line

  glassbox trace --model DIR (--text TEXT | --ids 1,2,3) [options]
      Runs the text and prints its tokens and the ten likeliest next tokens
      (softmax over the whole vocabulary).
      --sites all|LIST     which values to write: names such as block.3.attention.weights,
                           separated by commas (with --out: all but the lenses, if not said)
      --out FILE           writes each site as an F32 tensor of a .safetensors file
      --neighbours N       each token's N nearest tokens in the model's own table
      --knob KNOB          runs the model with one thing turned, all counted from 0:
                           head:LAYER:HEAD:SCALE, or weight:NAME:ROW:COLUMN:VALUE with
                           the checkpoint's names (weight:h.0.mlp.c_fc.weight:7:11:0.5)
      --lens-grid          what every floor would say at every position (logit lens), as JSON
      --word ID            with --lens-grid: and what chance it gives this token
      --json               the same for programs; with --sites and no --out, values too

  glassbox bench --model DIR [options]
      Times fresh runs, appended tokens and reads; --json for programs.
      --repeat N           runs of each measurement (11)

  glassbox random --config CONFIG --out DIR [--seed N]
      Writes a random model: CONFIG is a config.json, or a shape such as
      layers=2,heads=4,width=64,vocab=300,positions=128, or gpt2 for that of GPT-2 124M.

  Options of trace and bench:
      --engine gpu|cpu     (the GPU, unless there is none or it is a program)
      --weights f16|f32    how the GPU stores matrices (f16)

A model's DIR has Hugging Face's layout: config.json, model.safetensors, tokenizer.json
(or vocab.json and merges.txt).
";

/// Runs the command that the arguments name; gives what is to be printed.
pub fn run(arguments: impl Iterator<Item = String>) -> Result<String, CliError> {
    let (verb, options) = Options::parse(arguments)?;
    match verb.as_str() {
        "trace" => trace::run(&options),
        "bench" => bench::run(&options),
        "random" => random::run(&options),
        "help" => Ok(HELP.into()),
        other => Err(CliError::Usage(format!("there is no '{other}'; glassbox --help lists what there is"))),
    }
}
