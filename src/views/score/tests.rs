use super::*;
use crate::tokens::{Text, Token};
use crate::trace::Layout;

const CONFIG: &str = r#"{"n_layer":2,"n_head":4,"n_embd":4,"vocab_size":5,"n_positions":512}"#;

/// Head `h` gives the key `h` positions before the reader 0.7 and the rest evenly; rivers are
/// (l, 0, 0, 0) long with 1, 2, 3, … on their way.
fn trace(tokens: usize, taps: &[Tap]) -> Trace {
    let config = GptConfig::from_json(CONFIG).unwrap();
    let layout = Layout::new(taps, &config, tokens);
    let mut values = vec![f32::NAN; layout.len()];
    for entry in &layout.entries {
        for (i, row) in values[entry.range()].chunks_mut(entry.width).enumerate() {
            let (head, query) = (i / entry.rows.len(), entry.rows.start + i % entry.rows.len());
            match entry.name.site {
                Site::Weights => {
                    let liked = query.saturating_sub(head);
                    let rest = 0.3 / query.max(1) as f32;
                    (0..=query).for_each(|key| row[key] = if key == liked { 0.7 } else { rest });
                }
                site => {
                    let stop =
                        1 + 2 * entry.name.layer + usize::from(site == Site::Mid) + 2 * usize::from(site == Site::Out);
                    row.fill(0.0);
                    row[0] = stop as f32;
                }
            }
        }
    }
    let token = |i| Token { id: 0, start: i, end: i + 1 };
    let text = Text { read: "a".repeat(tokens), tokens: (0..tokens).map(token).collect(), ..Text::default() };
    Trace { text, config, layout, knob: None, values }
}

#[test]
fn rivers_grow_by_what_is_added_and_heads_that_look_at_others_lead() {
    let config = GptConfig::from_json(CONFIG).unwrap();
    let trace = trace(9, &taps(&config));
    let model = derive(&trace, || panic!("all columns are there")).unwrap();
    assert!(model.whole());
    assert_eq!(model.river(3), [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!((model.longest(), model.before(0, 0), model.before(1, 0)), (5.0, 1.0, 3.0));
    for stave in &model.staves {
        // Head 0 looks at itself and leads nobody.
        assert_eq!(stave.heads, [1, 2, 3]);
        assert_eq!((stave.attention[4], stave.mlp[4]), (1.0, 1.0));
        assert!(stave.strands.windows(2).all(|pair| pair[0].share <= pair[1].share));
        assert!(stave.strands.iter().all(|s| s.key < s.query && s.share >= LEAST_SHARE));
    }
    let (layer, strand) = model.strongest(8).unwrap();
    assert_eq!((layer, strand.query), (1, 8));
    assert!(model.strongest(0).is_none());
    let LeftOut { strands, drawn } = model.left_out;
    let kept: usize = model.staves.iter().map(|s| s.strands.len()).sum();
    assert_eq!(strands + kept, 2 * 9 * 8 / 2);
    assert!(drawn > 0.5 && drawn < 1.0, "{drawn}");
}

#[test]
fn of_a_long_text_one_column_is_measured() {
    let config = GptConfig::from_json(CONFIG).unwrap();
    let most = most_tokens(&config);
    assert!(most < 512 && most_tokens(&GptConfig { layers: 12, heads: 12, width: 768, ..config.clone() }) > 20);
    let asked: Vec<Tap> =
        taps(&config).into_iter().map(|tap| Tap { rows: tap.rows.looking_at(Some(5), most + 1), ..tap }).collect();
    let trace = trace(most + 1, &asked);
    let model = derive(&trace, || Some(5)).unwrap();
    assert_eq!((model.measured.clone(), model.whole(), model.tokens()), (5..6, false, most + 1));
    assert!(model.staves[0].strands.iter().all(|s| s.query == 5));
    assert_eq!((model.place(5), model.place(4), model.place(6)), (Some(0), None, None));
    // Another column was chosen a moment ago: its numbers are on their way.
    assert!(derive(&trace, || Some(6)).is_none());
}

#[test]
fn a_picture_has_never_more_than_it_can_bear() {
    let config = GptConfig::from_json(CONFIG).unwrap();
    for tokens in [1, 2, 3, 24, 64, most_tokens(&config)] {
        let model = derive(&trace(tokens, &taps(&config)), || None).unwrap();
        let strands: usize = model.staves.iter().map(|s| s.strands.len()).sum();
        assert!(strands <= MOST_STRANDS, "{tokens}: {strands}");
    }
    assert!(derive(&trace(3, &[]), || None).is_none());
}
