//! What the model expects after each column: the last row of the lens, and the answer itself.

use crate::analysis::lens::LensGrid;
use crate::tokens::Vocabulary;
use crate::views::elevator::Guess;
use crate::views::label::Label;

/// The likeliest next token of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Foot {
    pub guess: Guess,
    /// It is the token that does come next.
    pub came: bool,
}

/// One a token. The last one's comes with every run; the others' only with the grid of this text.
pub fn derive(
    tokens: usize,
    answer: Option<&Guess>,
    grid: Option<&LensGrid>,
    vocabulary: &Vocabulary,
) -> Vec<Option<Foot>> {
    let grid = grid.filter(|grid| grid.tokens == tokens && grid.floors() > 0);
    let from_grid = |column: usize| {
        let cell = grid?.cell(grid?.floors() - 1, column)?;
        let guess = Guess { id: cell.first, label: Label::of(vocabulary, cell.first), chance: cell.chance };
        Some(Foot { guess, came: cell.came.is_some_and(|came| came.rank == 1) })
    };
    let mut feet: Vec<Option<Foot>> = (0..tokens).map(from_grid).collect();
    if let (Some(last), Some(answer)) = (feet.last_mut(), answer) {
        *last = Some(Foot { guess: answer.clone(), came: false });
    }
    feet
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::lens::{LensCell, Standing};

    #[test]
    fn the_last_foot_is_the_answer_and_the_others_wait_for_their_grid() {
        let vocabulary = Vocabulary::new(["a", "b", "c"]);
        let answer = Guess { id: 2, label: Label::of(&vocabulary, 2), chance: 0.5 };
        let bare = derive(2, Some(&answer), None, &vocabulary);
        assert!(bare[0].is_none() && bare[1].as_ref().unwrap().guess == answer);
        let cell =
            |first, rank| LensCell { first, chance: 0.25, came: Some(Standing { chance: 0.25, rank }), word: None };
        let grid = LensGrid { tokens: 2, cells: vec![cell(0, 9), cell(0, 9), cell(1, 1), cell(0, 3)] };
        let feet = derive(2, Some(&answer), Some(&grid), &vocabulary);
        let first = feet[0].as_ref().unwrap();
        assert_eq!((first.guess.id, first.guess.chance, first.came), (1, 0.25, true));
        assert_eq!(feet[1].as_ref().unwrap().guess.id, 2);
        // Another text's grid is no news.
        assert!(derive(3, None, Some(&grid), &vocabulary).iter().all(Option::is_none));
    }
}
