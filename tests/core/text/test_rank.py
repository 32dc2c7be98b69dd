"""BM25F over documents with weighted fields."""

from __future__ import annotations

from callwright.core.text.rank import Field, Postings, Ranking


def test_a_rare_word_says_more_than_a_common_one():
    """Of two documents that share one word each, the one with the rarer word is first."""
    documents = [{"text": "open users"}, {"text": "open books"}, {"text": "open things"}]
    hits = Ranking({"text": Field()}, documents).search("open the books")
    assert hits[0].index == 1
    assert hits[0].matched == ("open", "book")


def test_a_field_counts_as_much_as_it_weighs():
    """The same word is worth more in the heavier field."""
    fields = {"name": Field(weight=3.0), "text": Field(weight=0.5)}
    documents = [{"text": "refund"}, {"name": "refund"}, {"name": "other"}]
    assert [hit.index for hit in Ranking(fields, documents).search("refund")] == [1, 0]


def test_a_long_field_is_not_worth_more_for_its_length():
    """A word among many others counts less than the same word alone."""
    documents = [{"text": "refund " + "word " * 50}, {"text": "refund"}]
    assert [hit.index for hit in Ranking({"text": Field()}, documents).search("refund")] == [1, 0]


def test_equal_documents_keep_their_order():
    """Ties are broken by the index, so that a search gives the same every time."""
    documents = [{"text": "book"}] * 5
    hits = Ranking({"text": Field()}, documents).search("book")
    assert [hit.index for hit in hits] == [0, 1, 2, 3, 4]


def test_nothing_is_found_in_nothing():
    """No documents, no words and unknown words have no hits."""
    assert Ranking({"text": Field()}, []).search("book") == []
    assert Ranking({"text": Field()}, [{"text": "book"}]).search("the") == []
    assert Ranking({}, [{"text": "book"}]).search("book") == []


def test_postings_weigh_terms_and_documents():
    """A term counts as much as it is given, and in a document as much as that is worth."""
    columns = {"text": [(7,), (7,), ()]}
    postings = Postings({"text": Field(length_norm=0.0)}, columns, worth=[1.0, 2.0, 1.0])
    once, twice, never = postings.scores({7: 1.0})
    assert (round(twice / once, 6), never) == (2.0, 0.0)
    assert postings.scores({7: 0.5})[0] == once / 2
    assert (postings.frequency(7), postings.frequency(8)) == (2, 0)
    assert list(postings.documents(7)) == [0, 1]
