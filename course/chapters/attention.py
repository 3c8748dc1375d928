"""Chapter 13: attention with one head and with many, its masks, its parameters and its gradients."""

from __future__ import annotations

from course.chapters.attention_backward import BACKWARDS
from course.chapters.attention_counting import NUM_PARAMETERS
from course.chapters.attention_heads import HEADS
from course.chapters.attention_one_head import ONE_HEAD

EXERCISES = (*ONE_HEAD, *HEADS, NUM_PARAMETERS, *BACKWARDS)
