//! The command line: `glassbox trace`, `compare`, `convert`, `bench`, `random`. The page's engine, without the page.

mod bench;
mod compare;
mod convert;
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
      --neighbours N       each token's N nearest tokens in the model's own table, by
                           the cosine of what they do not share with all others
      --knob KNOB          runs the model with one thing turned, all counted from 0:
                           head:LAYER:HEAD:SCALE, or weight:NAME:ROW:COLUMN:VALUE with
                           the checkpoint's names (weight:h.0.mlp.c_fc.weight:7:11:0.5)
      --lens-grid          what every floor would say at every position (logit lens), as JSON
      --word ID            with --lens-grid: and what chance it gives this token
      --json               the same for programs; with --sites and no --out, values too

  glassbox compare --model DIR --model DIR --text FILE [options]
      Runs both models on the text, in windows of the context, and tells how far the second's
      logits are from the first's; --json for programs. One --model and --weights int8 compares
      a model in f32 with itself in 8 bits; --weights twice is for each of the two (f32).
        relative logit error   rms of the difference / rms of the first's, each row less its mean
        largest difference     of any one logit, rows less their means
        same likeliest token   share of positions
        divergence             mean KL(first, second) over the vocabulary, in bits
        perplexity             exp of the mean surprise at the token that comes next

  glassbox convert --model DIR --weights f16|int8 --out DIR
      Writes the model with its weights in 16 or 8 bits, everything else beside them.

  glassbox bench --model DIR [options]
      Times fresh runs, appended tokens and reads; --json for programs.
      --repeat N           runs of each measurement (11)

  glassbox random --config CONFIG --out DIR [--seed N]
      Writes a random model: CONFIG is a config.json, or a shape such as
      layers=2,heads=4,width=64,vocab=300,positions=128, or gpt2 for that of GPT-2 124M.

  Options of trace, compare and bench:
      --engine gpu|cpu     (the GPU, unless there is none or it is a program)
      --weights f16|f32|int8
                           how matrices are kept (f16; the CPU keeps f32, rounded for int8)

A model's DIR has Hugging Face's layout: config.json, model.safetensors, tokenizer.json
(or vocab.json and merges.txt, or vocab.txt).
";

/// Runs the command that the arguments name; gives what is to be printed.
pub fn run(arguments: impl Iterator<Item = String>) -> Result<String, CliError> {
    let (verb, options) = Options::parse(arguments)?;
    match verb.as_str() {
        "trace" => trace::run(&options),
        "bench" => bench::run(&options),
        "random" => random::run(&options),
        "compare" => compare::run(&options),
        "convert" => convert::run(&options),
        "help" => Ok(HELP.into()),
        other => Err(CliError::Usage(format!("there is no '{other}'; glassbox --help lists what there is"))),
    }
}
